/** The part of the canvas that is seen; actions reach it here. */
import { getViewportForBounds, type ReactFlowInstance } from "@xyflow/react";
import { boxesOf, extent } from "@/document/edits/containers";
import { positionsOf, type Box, type Point } from "@/document/geometry";
import { catalog } from "@/state/catalog";
import { currentDocument } from "@/state/workflow";
import { hiddenIn, type FlowNode } from "./flow";

type Flow = ReactFlowInstance<FlowNode>;

let flow: Flow | null = null;

/** The canvas is there; a workflow that came before it has not been fitted into it yet. */
export function setFlow(instance: Flow): void {
  flow = instance;
  fit(0);
}

const quick = { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120 };

export const zoomIn = (): void => void flow?.zoomIn(quick);
export const zoomOut = (): void => void flow?.zoomOut(quick);
export const zoomTo = (zoom: number): void => void flow?.zoomTo(zoom, quick);

/** Show everything with its annotations, at most as large as it is. */
export function fit(duration = quick.duration): void {
  const shown = document.querySelector(".react-flow")?.getBoundingClientRect();
  const workflow = currentDocument();
  const hidden = hiddenIn(workflow);
  const boxes = Object.entries(boxesOf(workflow, positionsOf(workflow, catalog())));
  const all = extent(boxes.flatMap(([name, box]) => (hidden.has(name) ? [] : [box])));
  if (!flow || !shown || all.width === 0) return;
  void flow.setViewport(getViewportForBounds(all, shown.width, shown.height, 0.1, 1, 0.06), { duration });
}

/** Bring a box into the middle if it is not seen. */
export function reveal(box: Box): void {
  void flow?.fitBounds(box, { ...quick, padding: 2 });
}

/** Bring what stands at a place on the screen into the middle, if it is not seen there. */
export function seek(place: DOMRect): void {
  const shown = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!flow || !shown) return;
  const inside =
    place.left >= shown.left && place.right <= shown.right && place.top >= shown.top && place.bottom <= shown.bottom;
  const { x, y } = toCanvas({ x: place.x + place.width / 2, y: place.y + place.height / 2 });
  if (!inside) void flow.setCenter(x, y, { zoom: flow.getZoom(), ...quick });
}

/** Move the view, in pixels on the screen. */
export function pan(right: number, down: number): void {
  const { x, y, zoom } = flow?.getViewport() ?? { x: 0, y: 0, zoom: 1 };
  void flow?.setViewport({ x: x - right, y: y - down, zoom });
}

export const zoomLevel = (): number => flow?.getZoom() ?? 1;

/** What stands in the part that is seen. */
export function seenNodes(): FlowNode[] {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  if (!flow || !box) return [];
  const from = toCanvas(box);
  const to = toCanvas({ x: box.right, y: box.bottom });
  return flow.getNodes().filter(({ hidden, position: { x, y }, width = 0, height = 0 }) => {
    return !hidden && x < to.x && y < to.y && x + width > from.x && y + height > from.y;
  });
}

export function toCanvas(screen: Point): Point {
  return flow?.screenToFlowPosition(screen) ?? screen;
}

/** A place that is seen: the middle of the canvas. */
export function middle(): { screen: Point; flow: Point } {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  const screen = box ? { x: box.x + box.width / 2, y: box.y + box.height / 3 } : { x: 0, y: 0 };
  return { screen, flow: toCanvas(screen) };
}
