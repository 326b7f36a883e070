/** Dragging a tool out of the palette: what it would be joined to lights up. */
import { fitsOnWire } from "@/document/edits/wires";
import { catalog } from "@/state/catalog";
import type { Insertion } from "@/state/view";
import { anchorNear, drawnWireAt, wirePlace } from "./connecting";

export const TOOL_TYPE = "application/x-flowrun-tool";

/** What a tool is joined to: a wire that it goes into, an anchor, or nothing. */
type Joint = Pick<Insertion, "wire" | "from">;

interface Target {
  readonly x: number;
  readonly y: number;
  readonly joint: Joint;
  readonly element: Element | null;
}

let tool = "";
/** What is below the mouse: browsers tell of it many times, and once more when the tool is let go there. */
let target: Target | null = null;

/** Browsers hide what is dragged until it is dropped, so it is remembered from its start. */
export function beginDrag(id: string): void {
  tool = id;
  target = null;
}

export function showTarget(x: number, y: number): void {
  const before = target?.element;
  const { element } = targetAt(x, y);
  if (element === before) return;
  before?.classList.remove("lit");
  element?.classList.add("lit");
}

/** What the tool would be joined to at a place on the screen. */
export const jointAt = (x: number, y: number): Joint => targetAt(x, y).joint;

export function endDrag(): void {
  target?.element?.classList.remove("lit");
  target = null;
}

function targetAt(x: number, y: number): Target {
  if (target?.x !== x || target.y !== y) target = { x, y, ...found(x, y) };
  return target;
}

function found(x: number, y: number): { joint: Joint; element: Element | null } {
  const wire = fitsOnWire(catalog(), tool) ? drawnWireAt(x, y) : null;
  if (wire) return { joint: { wire: wirePlace(wire.dataset.id ?? "") }, element: wire };
  const near = anchorNear(x, y, tool);
  return near ? { joint: { from: near }, element: flagOf(near) } : { joint: {}, element: null };
}

function flagOf({ end: { node, anchor }, side }: NonNullable<Joint["from"]>): Element | null {
  const kind = side === "output" ? "source" : "target";
  const name = `[data-nodeid="${CSS.escape(node)}"][data-handleid="${CSS.escape(anchor)}"].${kind}`;
  return document.querySelector(`.react-flow__handle${name}`);
}
