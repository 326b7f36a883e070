/** The document as React Flow draws it. What did not change keeps its identity, so that only what did is drawn anew. */
import type { Node } from "@xyflow/react";
import { containerOf, contentsOf, disabledBy } from "@/document/edits/containers";
import { commentBox, TILE, TITLE, type Box, type Point } from "@/document/geometry";
import { commentsOf, containersOf, nodesOf, type Document, type Node as Placed } from "@/document/types";
import { anchorsAt, wiredOutputs, type Anchor, type Catalog } from "@/document/wires";
import { foldHandles, handlesOf } from "./handles";

/** All that a tool on the canvas shows of the document, so that an edit asks the document once and not every tool. */
export interface ToolData extends Record<string, unknown> {
  readonly node: Placed;
  readonly inputs: readonly Anchor[];
  readonly outputs: readonly Anchor[];
  /** The names of the outputs that wires leave from, with a comma between. */
  readonly wired: string;
  /** Whether it stands in a container that is switched off. */
  readonly off: boolean;
}

export type ToolFlowNode = Node<ToolData, "tool">;
export type FlowNode = ToolFlowNode | Node<Record<string, never>, "container" | "comment">;

/** What stands above what; wires are at 0, the grounds of containers below. */
const LAYER = { container: 1, comment: 11, tool: 12 } as const;

export interface Scene {
  readonly document: Document;
  readonly catalog: Catalog;
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

export function unchanged<T>(before: readonly T[], now: readonly T[]): boolean {
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
    sameData(a.data, b.data)
  );
}

function sameData(a: FlowNode["data"], b: FlowNode["data"]): boolean {
  return Object.keys(b).every((key) => a[key] === b[key]);
}

function tools({ document, catalog, positions, dragged }: Scene): FlowNode[] {
  const wired = wiredOutputs(document, catalog);
  return Object.entries(nodesOf(document)).map(([id, node]) => {
    const inputs = anchorsAt(document, catalog, id, "input");
    const outputs = anchorsAt(document, catalog, id, "output");
    const left = outputs.filter(({ name }) => wired.has(`${id}.${name}`)).map(({ name }) => name);
    return {
      ...box(id, { ...at(id, positions, dragged), width: TILE, height: TILE }, LAYER.tool),
      type: "tool",
      data: { node, inputs, outputs, wired: left.join(), off: disabledBy(document, id) !== "" },
      handles: handlesOf(inputs, outputs),
    };
  });
}

function comments({ document, positions, dragged }: Scene): FlowNode[] {
  return Object.keys(commentsOf(document)).map((id) => ({
    ...box(id, commentBox(document, id, at(id, positions, dragged)), LAYER.comment),
    type: "comment",
    data: {},
  }));
}

function containers({ document, boxes, dragged }: Scene): FlowNode[] {
  return Object.entries(boxes).map(([id, place]) => {
    const height = containersOf(document)[id]?.folded ? TITLE : place.height;
    return {
      ...box(id, { ...place, ...dragged[id], height }, LAYER.container + depth(document, id)),
      type: "container",
      data: {},
      handles: foldHandles(place.width),
      // What lies under a container can be clicked and framed; its title bar is what it is held by.
      dragHandle: ".container-title",
      style: { pointerEvents: "none" },
    };
  });
}

function at(id: string, positions: Scene["positions"], dragged: Scene["dragged"]): Point {
  return dragged[id] ?? positions[id] ?? { x: 0, y: 0 };
}

function box(id: string, { x, y, width, height }: Box, zIndex: number) {
  return { id, position: { x, y }, width, height, measured: { width, height }, zIndex };
}

function depth(document: Document, name: string): number {
  let levels = 0;
  for (let outer = containerOf(document, name); outer && levels < 9; outer = containerOf(document, outer)) levels++;
  return levels;
}

/** What is in a folded container. */
export function hiddenIn(document: Document): Set<string> {
  const folded = Object.entries(containersOf(document)).filter(([, container]) => container.folded);
  return new Set(folded.flatMap(([name]) => contentsOf(document, name)));
}
