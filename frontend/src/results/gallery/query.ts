/** What the server is asked for a choice of pictures: conditions, a formula, an order. Pure. */
import type { Condition, SortKey } from "@/api/types";
import type { Roles } from "./roles";
import type { Choice, Wanted } from "./store";

export interface Query {
  readonly filters: readonly Condition[];
  readonly sort: readonly SortKey[];
  readonly expression: string;
}

/** The query of a choice; null where all pictures are shown as they come. */
export function queryOf({ where, wrongOnly, order }: Choice, roles: Roles): Query | null {
  const filters = Object.entries(where).flatMap(([field, wanted]) => condition(field, wanted));
  const expression = wrongOnly && roles.truth ? `[${roles.truth}] != [${roles.predicted}]` : "";
  const sort = sortOf(order, roles);
  return filters.length + sort.length === 0 && !expression ? null : { filters, sort, expression };
}

function condition(field: string, wanted: Wanted): Condition[] {
  if (wanted === undefined) return [];
  if (wanted === null) return [{ field, test: "null", value: "", to: "" }];
  return [{ field, test: "equals", value: String(wanted), to: "" }];
}

function sortOf(order: Choice["order"], roles: Roles): SortKey[] {
  if (order === "given" || !roles.probability) return [];
  if (order !== "worst") return [{ field: roles.probability, expression: "", descending: order === "surest" }];
  return roles.truth ? [{ field: "", expression: sureOfTruth(roles), descending: false }] : [];
}

/**
 * The probability of the true label: the less it is, the greater the loss. Where only that of the prediction is known,
 * what it leaves to all others stands for it.
 */
function sureOfTruth({ truth, predicted, probability, labels }: Roles): string {
  const rest = `IIF([${truth}] = [${predicted}], [${probability}], 1 - [${probability}])`;
  const tests = labels.map((label) => `IF [${truth}] = ${quoted(label)} THEN [${probability}_${label}] ELSE`);
  return tests.length > 0 ? `${tests.join("")} ${rest} ENDIF` : rest;
}

/** A text of the formula language, which knows no escapes. */
const quoted = (text: string): string => (text.includes('"') ? `'${text}'` : `"${text}"`);
