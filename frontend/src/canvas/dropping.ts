/** Dragging a tool out of the palette: what it would be joined to lights up. */
import { anchorNear, wireAt } from "./connecting";

export const TOOL_TYPE = "application/x-flowrun-tool";

let tool = "";
let lit: Element | null = null;

/** Browsers hide what is dragged until it is dropped, so it is remembered from its start. */
export function beginDrag(id: string): void {
  tool = id;
}

export function showTarget(x: number, y: number): void {
  const target = targetAt(x, y);
  if (target === lit) return;
  lit?.classList.remove("lit");
  target?.classList.add("lit");
  lit = target;
}

export function endDrag(): void {
  lit?.classList.remove("lit");
  lit = null;
}

function targetAt(x: number, y: number): Element | null {
  if (wireAt(x, y) !== null) {
    const edges = document.elementsFromPoint(x, y).map((element) => element.closest(".react-flow__edge"));
    return edges.find((element) => element !== null) ?? null;
  }
  const near = anchorNear(x, y, tool);
  if (!near) return null;
  const { node, anchor } = near.end;
  const side = near.side === "output" ? "source" : "target";
  const name = `[data-nodeid="${CSS.escape(node)}"][data-handleid="${CSS.escape(anchor)}"].${side}`;
  return document.querySelector(`.react-flow__handle${name}`);
}
