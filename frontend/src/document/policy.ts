/** Which wires may be drawn; what may not be is refused with one plain sentence. */
import type { Document } from "./types";
import { anchorsAt, sameEnd, wiresOf, type Catalog, type Wire } from "./wires";

/** Why a wire may not be, or null where it may; `instead` of the one at that place in `connections`, if any. */
export function refusal(document: Document, catalog: Catalog, wire: Wire, instead?: number): string | null {
  const { source, target } = wire;
  if (source.node === target.node) return "A tool cannot feed itself.";
  const anchors = anchorsAt(document, catalog, target.node, "input");
  const anchor = anchors.find((candidate) => candidate.name === target.anchor);
  if (!anchor) return `${target.node} has no input ${target.anchor}.`;
  const all = wiresOf(document, catalog);
  const wires = instead === undefined ? all : all.filter(({ index }) => index !== instead);
  if (wires.some((other) => sameEnd(other.source, source) && sameEnd(other.target, target))) {
    return "These two are connected already.";
  }
  const taken = wires.find((other) => sameEnd(other.target, target));
  if (taken && !anchor.multiple) {
    const input = anchors.length > 1 ? `Input ${target.anchor} of ${target.node}` : target.node;
    return `${input} takes one wire, and ${taken.source.node} is connected to it already.`;
  }
  const ring = pathBetween(wires, target.node, source.node);
  return ring ? `This would close a circle: ${[...ring, target.node].join(" → ")}.` : null;
}

/** Why two anchors of the given sides cannot be the ends of a wire, or null where they can. */
export function sidesRefusal(from: "input" | "output", to: "input" | "output"): string | null {
  return from === to ? `Both are ${from}s; a wire runs from an output to an input.` : null;
}

/** The nodes on a way along the wires, both ends included, or null where there is none. */
function pathBetween(wires: readonly Wire[], from: string, to: string): string[] | null {
  const cameFrom = new Map<string, string>([[from, ""]]);
  const open = [from];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === to) return unwind(cameFrom, to);
    for (const { source, target } of wires) {
      if (source.node === node && !cameFrom.has(target.node)) {
        cameFrom.set(target.node, node);
        open.push(target.node);
      }
    }
  }
  return null;
}

function unwind(cameFrom: Map<string, string>, last: string): string[] {
  const way: string[] = [];
  for (let node = last; node !== ""; node = cameFrom.get(node) ?? "") way.unshift(node);
  return way;
}
