/** The part of the canvas that is seen; actions reach it here. */
import type { ReactFlowInstance } from "@xyflow/react";
import type { Box, Point } from "@/document/geometry";
import type { FlowEdge, FlowNode } from "./flow";

type Flow = ReactFlowInstance<FlowNode, FlowEdge>;

let flow: Flow | null = null;

export function setFlow(instance: Flow): void {
  flow = instance;
}

const quick = { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120 };

export const zoomIn = (): void => void flow?.zoomIn(quick);
export const zoomOut = (): void => void flow?.zoomOut(quick);
export const zoomTo = (zoom: number): void => void flow?.zoomTo(zoom, quick);

/** Show everything, at most as large as it is. */
export const fit = (duration = quick.duration): void => void flow?.fitView({ maxZoom: 1, padding: 0.06, duration });

/** Bring a box into the middle if it is not seen. */
export function reveal(box: Box): void {
  void flow?.fitBounds(box, { ...quick, padding: 2 });
}

/** Centre on a point without changing the zoom. */
export function centre({ x, y }: Point): void {
  void flow?.setCenter(x, y, { zoom: flow.getZoom(), ...quick });
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
