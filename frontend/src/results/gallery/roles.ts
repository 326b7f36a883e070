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

/** Fields that somebody has chosen for a role. */
export type Chosen = Partial<Pick<Roles, "image" | "truth" | "predicted">>;

const TEXTS = ["String", "WString", "V_String", "V_WString"];
const FEW = 0.6; // of a sample: as many different values at most make a label

/**
 * The roles of the fields, as far as they are not chosen. `sample` are some records: where no field says that it is the
 * true label, it is the text field that shares most values with the prediction; without a prediction, the one that
 * holds the fewest different values.
 */
export function rolesOf(
  fields: readonly FieldShape[],
  sample: readonly (readonly Cell[])[],
  chosen: Chosen = {},
): Roles | null {
  const meaning = (wanted: string): string => fields.find((field) => field.meaning === wanted)?.name ?? "";
  const there = (name: string | undefined): string | undefined =>
    name === "" || fields.some((field) => field.name === name) ? name : undefined; // another run may not have it
  const image = there(chosen.image) ?? (meaning("image") || imageFields(fields)[0]);
  if (!image) return null;
  const labelled = meaning("label");
  const found = meaning("probability") ? labelled : "";
  const predicted = there(chosen.predicted) ?? found;
  const probability = predicted && predicted === found ? meaning("probability") : "";
  const likely = predicted ? sharing(fields, sample, predicted) : labelled || fewest(fields, sample);
  const truth = there(chosen.truth) ?? (meaning("truth") || likely);
  const prefix = `${probability}_`;
  const ranked = fields.filter(({ name, meaning: m }) => probability && m === "probability" && name.startsWith(prefix));
  const labels = ranked.map(({ name }) => name.slice(prefix.length)).filter((label) => !/^Top\d+$/.test(label));
  return { image, truth, predicted, probability, labels };
}

/** Blobs that may be pictures: those that say so, and those that say nothing. */
export const imageFields = (fields: readonly FieldShape[]): string[] =>
  fields.filter(({ type, meaning }) => type === "Blob" && (meaning === "image" || !meaning)).map(({ name }) => name);

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
