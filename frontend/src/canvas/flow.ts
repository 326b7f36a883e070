/** The document as React Flow draws it. What did not change keeps its identity, so that only what did is drawn anew. */
import type { Edge, Node } from "@xyflow/react";
import { containerOf, contentsOf } from "@/document/edits/containers";
import { commentBox, TILE, TITLE, type Box, type Point } from "@/document/geometry";
import { commentsOf, containersOf, nodesOf, type Document } from "@/document/types";
import { anchorsOf, wiresOf, type Catalog, type PlacedWire, type Wire } from "@/document/wires";

/** `tool`: the id of a node's tool. */
export type FlowNode = Node<{ tool: string }, "tool" | "container" | "comment">;
export type FlowEdge = Edge<{ port: string }, "wire">;

/** Where a wire ends that leads into a folded container. */
export const FOLD_IN = "fold-in";
export const FOLD_OUT = "fold-out";

/** What stands above what; wires are at 0, the grounds of containers below. */
const LAYER = { container: 1, comment: 11, tool: 12 } as const;

export interface Scene {
  readonly document: Document;
  readonly positions: Readonly<Record<string, Point>>;
  /** Of the containers. */
  readonly boxes: Readonly<Record<string, Box>>;
  /** Places of what is being dragged, instead of its positions. */
  readonly dragged: Readonly<Record<string, Point>>;
  readonly selected: ReadonlySet<string>;
}

/** The nodes of a scene, keeping those that are the same as before; the very list where all are. */
export function drawNodes(scene: Scene, before: FlowNode[]): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const hidden = hiddenIn(scene.document);
  const nodes = [...containers(scene), ...comments(scene), ...tools(scene)].map((node) => {
    const next = { ...node, hidden: hidden.has(node.id), selected: scene.selected.has(node.id) };
    const old = known.get(node.id);
    return old && same(old, next) ? old : next;
  });
  return unchanged(before, nodes) ? before : nodes;
}

function unchanged<T>(before: readonly T[], now: readonly T[]): boolean {
  return now.length === before.length && now.every((one, index) => one === before[index]);
}

function same(a: FlowNode, b: FlowNode): boolean {
  return (
    a.position.x === b.position.x &&
    a.position.y === b.position.y &&
    a.selected === b.selected &&
    a.hidden === b.hidden &&
    a.width === b.width &&
    a.height === b.height &&
    a.zIndex === b.zIndex &&
    a.data.tool === b.data.tool
  );
}

function tools({ document, positions, dragged }: Scene): FlowNode[] {
  return Object.entries(nodesOf(document)).map(([id, { tool }]) =>
    box(id, "tool", { ...at(id, positions, dragged), width: TILE, height: TILE }, LAYER.tool, tool),
  );
}

function comments({ document, positions, dragged }: Scene): FlowNode[] {
  return Object.keys(commentsOf(document)).map((id) =>
    box(id, "comment", commentBox(document, id, at(id, positions, dragged)), LAYER.comment),
  );
}

function containers({ document, boxes, dragged }: Scene): FlowNode[] {
  return Object.entries(boxes).map(([id, place]) => {
    const height = containersOf(document)[id]?.folded ? TITLE : place.height;
    const node = box(id, "container", { ...place, ...dragged[id], height }, LAYER.container + depth(document, id));
    // What lies under a container can be clicked and framed; its title bar is what it is held by.
    return { ...node, dragHandle: ".container-title", style: { pointerEvents: "none" } };
  });
}

function at(id: string, positions: Scene["positions"], dragged: Scene["dragged"]): Point {
  return dragged[id] ?? positions[id] ?? { x: 0, y: 0 };
}

function box(
  id: string,
  type: "tool" | "container" | "comment",
  { x, y, width, height }: Box,
  zIndex: number,
  tool = "",
): FlowNode {
  return { id, type, position: { x, y }, width, height, measured: { width, height }, data: { tool }, zIndex };
}

function depth(document: Document, name: string): number {
  let levels = 0;
  for (let outer = containerOf(document, name); outer && levels < 9; outer = containerOf(document, outer)) levels++;
  return levels;
}

/** What is in a folded container. */
function hiddenIn(document: Document): Set<string> {
  const folded = Object.entries(containersOf(document)).filter(([, container]) => container.folded);
  return new Set(folded.flatMap(([name]) => contentsOf(document, name)));
}

export function edgeId({ source, target }: Wire): string {
  return `${source.node}.${source.anchor}->${target.node}.${target.anchor}`;
}

/** The wires of a scene, keeping those that are the same as before; the very list where all are. */
export function drawEdges(
  scene: Pick<Scene, "document" | "selected"> & { catalog: Catalog; selectedWires: ReadonlySet<number> },
  before: FlowEdge[],
): FlowEdge[] {
  const { document, catalog, selected, selectedWires } = scene;
  const hidden = hiddenIn(document);
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const counted = new Map<string, number>();
  const edges = wiresOf(document, catalog).flatMap((wire) => {
    const source = visible(document, hidden, wire.source.node);
    const target = visible(document, hidden, wire.target.node);
    if (source === target) return []; // inside one folded container
    const edge: FlowEdge = {
      id: edgeId(wire),
      type: "wire",
      source,
      target,
      sourceHandle: source === wire.source.node ? wire.source.anchor : FOLD_OUT,
      targetHandle: target === wire.target.node ? wire.target.anchor : FOLD_IN,
      selected: selectedWires.has(wire.index),
      className: selected.has(wire.target.node) ? "incoming" : selected.has(wire.source.node) ? "outgoing" : "",
      data: { port: port(document, catalog, wire, counted) },
    };
    const old = known.get(edge.id);
    return [old && sameEdge(old, edge) ? old : edge];
  });
  return unchanged(before, edges) ? before : edges;
}

function sameEdge(a: FlowEdge, b: FlowEdge): boolean {
  return (
    a.selected === b.selected &&
    a.className === b.className &&
    a.source === b.source &&
    a.target === b.target &&
    a.data?.port === b.data?.port
  );
}

/** The outermost folded container around a node, or the node. */
function visible(document: Document, hidden: ReadonlySet<string>, name: string): string {
  let seen = name;
  for (let turns = 0; hidden.has(seen) && turns < 20; turns++) seen = containerOf(document, seen);
  return seen;
}

/** `#2` where an anchor takes several wires: their order matters. */
function port(document: Document, catalog: Catalog, { target }: PlacedWire, counted: Map<string, number>): string {
  const tool = nodesOf(document)[target.node]?.tool ?? "";
  const anchor = anchorsOf(catalog, tool, "input").find((candidate) => candidate.name === target.anchor);
  if (!catalog.has(tool) || !anchor?.multiple) return "";
  const key = `${target.node}.${target.anchor}`;
  const number = (counted.get(key) ?? 0) + 1;
  counted.set(key, number);
  return `#${number}`;
}
