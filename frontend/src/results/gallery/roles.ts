/** Which fields of a stream of pictures say what: found by what they mean, the true label by what it holds. */
import type { Cell, FieldShape } from "@/api/types";

export interface Roles {
  readonly image: string;
  /** Empty where there is none. */
  readonly truth: string;
  readonly predicted: string;
  readonly probability: string;
  /** The labels that have a probability of their own, in a field `<probability>_<label>`. */
  readonly labels: readonly string[];
}

const TEXTS = ["String", "WString", "V_String", "V_WString"];
const FEW = 0.6; // of a sample: as many different values at most make a label

/**
 * The roles of the fields. `sample` are some records: the true label is the text field that shares most values with
 * the prediction; without a prediction, the one that holds the fewest different values.
 */
export function rolesOf(fields: readonly FieldShape[], sample: readonly (readonly Cell[])[]): Roles | null {
  const meaning = (wanted: string): string => fields.find((field) => field.meaning === wanted)?.name ?? "";
  const image = meaning("image");
  if (!image) return null;
  const probability = meaning("probability");
  const labelled = meaning("label");
  const predicted = probability ? labelled : "";
  const truth = predicted ? sharing(fields, sample, predicted) : labelled || fewest(fields, sample);
  const prefix = `${probability}_`;
  const ranked = fields.filter(({ name, meaning: m }) => probability && m === "probability" && name.startsWith(prefix));
  const labels = ranked.map(({ name }) => name.slice(prefix.length)).filter((label) => !/^Top\d+$/.test(label));
  return { image, truth, predicted, probability, labels };
}

/** Text fields that may be labels. */
export const labelFields = (fields: readonly FieldShape[], predicted: string): string[] =>
  fields.filter(({ name, type }) => TEXTS.includes(type) && name !== predicted).map(({ name }) => name);

function sharing(fields: readonly FieldShape[], sample: readonly (readonly Cell[])[], predicted: string): string {
  const known = valuesOf(fields, sample, predicted);
  const shared = labelFields(fields, predicted)
    .filter((name) => fields.find((field) => field.name === name)?.meaning !== "label") // another rank's prediction
    .map((name) => ({ name, count: [...valuesOf(fields, sample, name)].filter((value) => known.has(value)).length }));
  return shared.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)[0]?.name ?? "";
}

function fewest(fields: readonly FieldShape[], sample: readonly (readonly Cell[])[]): string {
  const counted = labelFields(fields, "").map((name) => ({ name, count: valuesOf(fields, sample, name).size }));
  const few = counted.filter(({ count }) => count > 0 && count <= Math.max(1, sample.length * FEW));
  return few.sort((a, b) => b.count - a.count || a.name.localeCompare(b.name))[0]?.name ?? "";
}

function valuesOf(fields: readonly FieldShape[], sample: readonly (readonly Cell[])[], name: string): Set<Cell> {
  const column = fields.findIndex((field) => field.name === name);
  return new Set(sample.map((row) => row[column] ?? null).filter((value) => value !== null));
}
