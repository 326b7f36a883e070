/** Moving things with the mouse: they go along on the grid, or level with a neighbour; only the drop is an edit. */
import type { ReactFlowProps } from "@xyflow/react";
import { aligned } from "@/document/guides";
import { around, snap, type Box, type Point } from "@/document/geometry";
import { nodesOf } from "@/document/types";
import { catalog } from "@/state/catalog";
import { currentDocument } from "@/state/workflow";
import { wireAt } from "./connecting";
import type { FlowNode } from "./flow";
import { placesIn, STILL, useDragged, type Dragged } from "./picture";
import { dropThings, withContents } from "./placing";
import { seenNodes, zoomLevel } from "./viewport";

type FlowProps = ReactFlowProps<FlowNode>;
type DragEvent = MouseEvent | TouchEvent | React.MouseEvent;

const REACH = 6; // px on the screen at which a guide catches

export const dragging: Partial<FlowProps> = {
  onNodeDrag: (event, _, nodes) => useDragged.setState(moved(event, nodes)),
  onNodeDragStop: (event, _, nodes) => {
    dropThings(moved(event, nodes).points, "clientX" in event ? wireAt(event.clientX, event.clientY) : null);
    useDragged.setState(STILL);
  },
};

/** Where everything goes that moves; while Alt is held, exactly with the mouse. */
function moved({ altKey }: DragEvent, nodes: readonly FlowNode[]): Dragged {
  const points = carried(Object.fromEntries(nodes.map((node) => [node.id, node.position])));
  if (altKey) return { points, guides: [] };
  const neighbours = seenNodes().filter((node) => !(node.id in points));
  const { shift, guides } = aligned(around(nodes.map(boxOf)), neighbours.map(boxOf), REACH / zoomLevel());
  const grid = toGrid(points);
  const by = { x: shift.x ?? grid.x, y: shift.y ?? grid.y };
  const entries = Object.entries(points).map(([name, { x, y }]) => [name, { x: x + by.x, y: y + by.y }] as const);
  return { points: Object.fromEntries(entries), guides };
}

function boxOf({ position: { x, y }, width = 0, height = 0 }: FlowNode): Box {
  return { x, y, width, height };
}

/** The way to the grid; what moves together keeps its distances, so one tool speaks for all. */
function toGrid(points: Readonly<Record<string, Point>>): Point {
  const tools = nodesOf(currentDocument());
  const name = Object.keys(points).find((candidate) => tools[candidate]) ?? Object.keys(points)[0] ?? "";
  const { x, y } = points[name] ?? { x: 0, y: 0 };
  return { x: snap(x) - x, y: snap(y) - y };
}

/** What a container holds moves with it. */
function carried(moving: Record<string, Point>): Record<string, Point> {
  const { positions, boxes } = placesIn(currentDocument(), catalog());
  const before = (name: string): Point | undefined => boxes[name] ?? positions[name];
  const points = { ...moving };
  for (const [name, point] of Object.entries(moving)) {
    const from = before(name);
    if (!from) continue;
    for (const member of withContents([name])) {
      const old = before(member);
      if (member in moving || !old) continue;
      points[member] = { x: old.x + point.x - from.x, y: old.y + point.y - from.y };
    }
  }
  return points;
}
