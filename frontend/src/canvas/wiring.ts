/** The wires as they are drawn: between which places, and in what form. */
import { containerOf } from "@/document/edits/containers";
import type { Point } from "@/document/geometry";
import { nodesOf, type Document } from "@/document/types";
import { anchorsOf, wiresOf, type Catalog, type PlacedWire, type Wire } from "@/document/wires";
import { hiddenIn, unchanged, type FlowNode } from "./flow";
import { FOLD_IN, FOLD_OUT } from "./handles";

/** An anchor of a tool, or the side of a folded container. */
interface Joint {
  readonly node: string;
  readonly handle: string;
}

export interface DrawnWire {
  readonly id: string;
  /** Its place in `connections`. */
  readonly index: number;
  readonly source: Joint;
  readonly target: Joint;
  /** `#2` where an anchor takes several wires: their order matters. */
  readonly port: string;
}

export function wireId({ source, target }: Wire): string {
  return `${source.node}.${source.anchor}->${target.node}.${target.anchor}`;
}

/** The wires of a document, keeping those that are the same as before; the very list where all are. */
export function drawWires(document: Document, catalog: Catalog, before: readonly DrawnWire[]): readonly DrawnWire[] {
  const hidden = hiddenIn(document);
  const known = new Map(before.map((wire) => [wire.id, wire]));
  const counted = new Map<string, number>();
  const wires = wiresOf(document, catalog).flatMap((wire) => {
    const source = visible(document, hidden, wire.source.node);
    const target = visible(document, hidden, wire.target.node);
    if (source === target) return []; // inside one folded container
    const drawn: DrawnWire = {
      id: wireId(wire),
      index: wire.index,
      source: { node: source, handle: source === wire.source.node ? wire.source.anchor : FOLD_OUT },
      target: { node: target, handle: target === wire.target.node ? wire.target.anchor : FOLD_IN },
      port: port(document, catalog, wire, counted),
    };
    const old = known.get(drawn.id);
    return [old && same(old, drawn) ? old : drawn];
  });
  return unchanged(before, wires) ? before : wires;
}

function same(a: DrawnWire, b: DrawnWire): boolean {
  const ends = a.source.node === b.source.node && a.target.node === b.target.node;
  return ends && a.index === b.index && a.port === b.port;
}

/** The outermost folded container around a node, or the node. */
function visible(document: Document, hidden: ReadonlySet<string>, name: string): string {
  let seen = name;
  for (let turns = 0; hidden.has(seen) && turns < 20; turns++) seen = containerOf(document, seen);
  return seen;
}

function port(document: Document, catalog: Catalog, { target }: PlacedWire, counted: Map<string, number>): string {
  const tool = nodesOf(document)[target.node]?.tool ?? "";
  const anchor = anchorsOf(catalog, tool, "input").find((candidate) => candidate.name === target.anchor);
  if (!catalog.has(tool) || !anchor?.multiple) return "";
  const key = `${target.node}.${target.anchor}`;
  const number = (counted.get(key) ?? 0) + 1;
  counted.set(key, number);
  return `#${number}`;
}

/** Where wires end at the things on the canvas, by thing, side and anchor. */
export class Ends {
  private readonly nodes: ReadonlyMap<string, FlowNode>;

  constructor(nodes: readonly FlowNode[]) {
    this.nodes = new Map(nodes.map((node) => [node.id, node]));
  }

  /** Where it leaves by an output, or enters by an input; null where there is no such anchor. */
  at({ node, handle }: Joint, type: "source" | "target"): Point | null {
    const thing = this.nodes.get(node);
    const found = thing?.handles?.find((one) => one.type === type && one.id === handle);
    if (!thing || !found) return null;
    const { x, y, width = 0, height = 0 } = found;
    return { x: thing.position.x + x + (type === "source" ? width : 0), y: thing.position.y + y + height / 2 };
  }
}

const BOW = 60; // px that a wire runs below the tools that it runs back along

const isStraight = (dx: number, dy: number): boolean => Math.abs(dy) < 0.5 && dx >= 0;
const bowOf = (dx: number, dy: number): number => (!isStraight(dx, dy) && dx < 24 && Math.abs(dy) < BOW / 2 ? BOW : 0);

const halfOf = (dx: number, dy: number): number => Math.min(dx / 2, 12 + Math.abs(dy) / 2, 60);

/** Where a wire's number stands: about half way, but before wires that end at one anchor come together. */
export function numberPlace({ x: x1, y: y1 }: Point, { x: x2, y: y2 }: Point): Point {
  const dx = x2 - x1;
  const dy = y2 - y1;
  if (dx < 24) return { x: x1 + dx / 2, y: y1 + dy / 2 + 0.75 * bowOf(dx, dy) };
  return { x: x1 + dx / 2 - 0.2 * halfOf(dx, dy), y: y1 + 0.28 * dy }; // of the S at 0.35
}

/** A wire leaves and enters level, with a soft S half way; one that runs back bends around, below what is level with it. */
export function wirePath({ x: x1, y: y1 }: Point, { x: x2, y: y2 }: Point): string {
  const dx = x2 - x1;
  const dy = y2 - y1;
  if (isStraight(dx, dy)) return `M${x1} ${y1} L${x2} ${y2}`;
  if (dx < 24) {
    const reach = Math.min(120, 40 + Math.abs(dx) / 2);
    const bow = bowOf(dx, dy);
    return `M${x1} ${y1} C${x1 + reach} ${y1 + bow} ${x2 - reach} ${y2 + bow} ${x2} ${y2}`;
  }
  const half = halfOf(dx, dy);
  const middle = x1 + dx / 2;
  return `M${x1} ${y1} L${middle - half} ${y1} C${middle + half * 0.15} ${y1} ${middle - half * 0.15} ${y2} ${middle + half} ${y2} L${x2} ${y2}`;
}
