/** Edits that put things in order: align, distribute, lay out the whole. */
import type { Draft } from "../draft";
import { STEP, TILE, type Box, type Point } from "../geometry";
import { containersOf, nodesOf, type Document } from "../types";
import { anchorsAt, wiresOf, type Catalog, type End, type Side } from "../wires";
import { containerOf } from "./containers";
import { move } from "./nodes";
import { untangle } from "./order";

export type Edge = "left" | "right" | "top" | "bottom" | "middle" | "centre";

/** Put tiles in one line: by an edge, or by their centres (`centre`: one column, `middle`: one row). */
export function align(points: Readonly<Record<string, Point>>, edge: Edge): Record<string, Point> {
  const xs = Object.values(points).map((point) => point.x);
  const ys = Object.values(points).map((point) => point.y);
  const mean = (values: number[]) => (Math.min(...values) + Math.max(...values)) / 2;
  const to: Record<Edge, Partial<Point>> = {
    left: { x: Math.min(...xs) },
    right: { x: Math.max(...xs) },
    centre: { x: mean(xs) },
    top: { y: Math.min(...ys) },
    bottom: { y: Math.max(...ys) },
    middle: { y: mean(ys) },
  };
  return map(points, (point) => ({ ...point, ...to[edge] }));
}

/** Leave equal gaps along an axis; the outermost stay. */
export function distribute(points: Readonly<Record<string, Point>>, axis: "x" | "y"): Record<string, Point> {
  const names = Object.keys(points).sort((a, b) => (points[a]?.[axis] ?? 0) - (points[b]?.[axis] ?? 0));
  const first = points[names[0] ?? ""]?.[axis] ?? 0;
  const last = points[names.at(-1) ?? ""]?.[axis] ?? 0;
  const gap = (last - first) / Math.max(1, names.length - 1);
  return Object.fromEntries(names.map((name, i) => [name, { ...(points[name] as Point), [axis]: first + gap * i }]));
}

/** Lay the whole workflow out along its wires, containers as groups. Loads its library when first asked. */
export async function layOut(
  document: Document,
  catalog: Catalog,
  boxes: Record<string, Box>,
): Promise<(d: Draft) => void> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: "LR", ranksep: STEP.x - TILE, nodesep: 12, marginx: 60, marginy: 60 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const name of Object.keys(containersOf(document))) graph.setNode(name, {});
  for (const name of Object.keys(nodesOf(document))) {
    // As much above the tile as its annotation takes below: tiles in a row stand level.
    graph.setNode(name, { width: TILE, height: TILE + 2 * Math.max((boxes[name]?.height ?? 0) - TILE, 0) });
  }
  for (const name of graph.nodes()) {
    const container = containerOf(document, name);
    if (container) graph.setParent(name, container);
  }
  const wires = wiresOf(document, catalog);
  wires.forEach((w, i) => graph.setEdge(w.source.node, w.target.node, {}, String(i)));
  layout(graph, {
    customOrder: (ranked, order) => {
      order(ranked);
      untangle(ranked, (name) => {
        const wire = wires[Number(name)];
        return (
          wire && {
            out: slot(document, catalog, wire.source, "output"),
            in: slot(document, catalog, wire.target, "input"),
          }
        );
      });
    },
  });
  return (draft) => place(draft, graph);
}

/** Where an anchor stands, as a share of the tool's height around its middle. */
function slot(document: Document, catalog: Catalog, { node, anchor }: End, side: Side): number {
  const anchors = anchorsAt(document, catalog, node, side);
  return (anchors.findIndex(({ name }) => name === anchor) + 1) / (anchors.length + 1) - 0.5;
}

function place(draft: Draft, graph: { node: (name: string) => { x?: number; y?: number } }): void {
  const points: Record<string, Point> = {};
  for (const name of Object.keys(nodesOf(draft.document))) {
    const { x = 0, y = 0 } = graph.node(name);
    points[name] = { x: x - TILE / 2, y: y - TILE / 2 };
  }
  move(draft, points);
  for (const name of Object.keys(containersOf(draft.document))) draft.drop(["layout", name]); // fit again
}

function map<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
