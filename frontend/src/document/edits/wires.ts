/** Edits of wires: connect, disconnect, insert a tool on one, close the gap that a removed tool leaves. */
import type { Draft } from "../draft";
import { refusal } from "../policy";
import { anchorsAt, anchorsOf, sameEnd, textOf, wiresOf, type Catalog, type PlacedWire, type Wire } from "../wires";

/** Draw a wire. The caller has asked the policy. */
export function connect(draft: Draft, catalog: Catalog, wire: Wire): void {
  draft.push(["connections"], textOf(draft.document, catalog, wire));
}

/** Let a wire run elsewhere, in its place among the others. The caller has asked the policy. */
export function reroute(draft: Draft, catalog: Catalog, index: number, wire: Wire): void {
  draft.put(["connections", index], textOf(draft.document, catalog, wire));
}

/** Remove wires by their places in `connections`. */
export function disconnect(draft: Draft, places: readonly number[]): void {
  for (const index of places.toSorted((a, b) => b - a)) draft.drop(["connections", index]);
}

/** Lead a wire through a node: into its first input, out of its first output. */
export function insertOnWire(draft: Draft, catalog: Catalog, wire: PlacedWire, node: string): void {
  const ends = through(draft, catalog, node);
  if (!ends) return;
  const before = { source: wire.source, target: { node, anchor: ends.input } };
  const after = { source: { node, anchor: ends.output }, target: wire.target };
  draft.put(["connections", wire.index], textOf(draft.document, catalog, before));
  draft.insert(["connections", wire.index + 1], textOf(draft.document, catalog, after));
}

/** Whether a wire can be led through this tool. */
export function fitsOnWire(catalog: Catalog, tool: string): boolean {
  return anchorsOf(catalog, tool, "input").length > 0 && anchorsOf(catalog, tool, "output").length > 0;
}

function through(draft: Draft, catalog: Catalog, node: string): { input: string; output: string } | null {
  const input = anchorsAt(draft.document, catalog, node, "input")[0]?.name;
  const output = anchorsAt(draft.document, catalog, node, "output")[0]?.name;
  return input !== undefined && output !== undefined ? { input, output } : null;
}

/**
 * Remove the wires of a node. Where one wire enters and all that leave come from one anchor, what fed the node feeds
 * what it fed: that is the only case in which nobody has to guess.
 */
export function heal(draft: Draft, catalog: Catalog, node: string): void {
  const wires = wiresOf(draft.document, catalog);
  const [entering, ...others] = wires.filter((wire) => wire.target.node === node);
  const leaving = wires.filter((wire) => wire.source.node === node && wire.target.node !== node);
  const oneWay = others.length === 0 && leaving.every((wire) => sameEnd(wire.source, (leaving[0] ?? wire).source));
  disconnect(
    draft,
    wires.filter((wire) => wire.source.node === node || wire.target.node === node).map((w) => w.index),
  );
  if (!entering || !oneWay || entering.source.node === node) return;
  leaving.forEach(({ index, target }) => {
    const bridge = { source: entering.source, target };
    if (refusal(draft.document, catalog, bridge) !== null) return;
    const place = Math.min(index, (draft.get(["connections"]) as readonly string[]).length);
    draft.insert(["connections", place], textOf(draft.document, catalog, bridge));
  });
}
