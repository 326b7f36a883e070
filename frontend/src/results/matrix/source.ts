/** Where the counts of a matrix come from, and where the pictures behind its cells are. */
import type { Stream } from "@/api/client";
import type { CheckAnswer, FieldShape } from "@/api/types";
import { isList, nodesOf, type Document } from "@/document/types";
import { wiresOf, type Catalog, type End } from "@/document/wires";
import { rolesOf } from "../gallery/roles";
import type { Records } from "../pages";
import { streamsOf } from "../watched";

const TABLE = "ContingencyTable"; // its records are counts already
const SAMPLE = 50;

export interface Source {
  /** What is counted: the first stream that is there. */
  readonly streams: readonly Stream[];
  readonly fields: readonly string[];
  /** The field that holds counts, where the records are no single ones. */
  readonly weight: string;
  /** The anchor that the pictures behind a cell leave by; null where there are none. */
  readonly pictures: End | null;
}

/** The source of a matrix at an output anchor; null where there is nothing to cross. */
export function sourceOf(
  end: End,
  records: Records | null,
  run: string,
  document: Document,
  catalog: Catalog,
  nodes: CheckAnswer["nodes"],
): Source | null {
  const node = nodesOf(document)[end.node];
  if (node?.tool === TABLE && isList(node.fields)) {
    const fields = node.fields.filter((name): name is string => typeof name === "string");
    const streams = streamsOf(run, { node: end.node, anchor: "D" }, document, catalog);
    return {
      streams,
      fields,
      weight: "Frequency",
      pictures: picturesBefore(end.node, fields, document, catalog, nodes),
    };
  }
  const judged = judgedBeside(end, run, document, catalog, nodes);
  if (judged) return judged;
  const sample = records
    ? Array.from({ length: Math.min(SAMPLE, records.kept) }, (_, row) => records.row(row) ?? [])
    : [];
  const roles = records && rolesOf(records.fields, sample);
  if (!records || !roles?.truth || !roles.predicted) return null;
  return { streams: [records.stream], fields: [roles.truth, roles.predicted], weight: "", pictures: end };
}

/** The matrix of the anchor of the same tool by which pictures leave with their true and their predicted label. */
function judgedBeside(
  { node }: End,
  run: string,
  document: Document,
  catalog: Catalog,
  nodes: CheckAnswer["nodes"],
): Source | null {
  for (const [anchor, schema] of Object.entries(nodes[node]?.outputs ?? {})) {
    const named = (wanted: string) => schema?.fields.find(({ meaning }) => meaning === wanted)?.name;
    const [truth, predicted] = [named("truth"), named("label")];
    const pictures = { node, anchor };
    if (truth && predicted && named("image"))
      return { streams: streamsOf(run, pictures, document, catalog), fields: [truth, predicted], weight: "", pictures };
  }
  return null;
}

/** The nearest anchor before a node whose records have a picture and all of the fields. */
function picturesBefore(
  node: string,
  fields: readonly string[],
  document: Document,
  catalog: Catalog,
  nodes: CheckAnswer["nodes"],
): End | null {
  const wires = wiresOf(document, catalog);
  const seen = new Set([node]);
  for (const name of seen) {
    const sources = wires.filter(({ target }) => target.node === name).map(({ source }) => source);
    const found = sources.find((end) => fits(nodes[end.node]?.outputs[end.anchor]?.fields ?? [], fields));
    if (found) return found;
    for (const source of sources) seen.add(source.node); // a set that grows while it is walked: nearest first
  }
  return null;
}

const fits = (shapes: readonly FieldShape[], wanted: readonly string[]): boolean =>
  shapes.some(({ meaning }) => meaning === "image") &&
  wanted.every((name) => shapes.some((field) => field.name.toLowerCase() === name.toLowerCase()));
