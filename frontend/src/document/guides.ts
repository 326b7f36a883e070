/** Guides: lines on which something that is being dragged stands level with its neighbours. */
import type { Box } from "./geometry";

/** A line across both, at `at` on the axis that it fixes (`x`: an upright line), from `from` to `to` on the other. */
export interface Guide {
  readonly axis: "x" | "y";
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

export interface Aligned {
  /** How far the box has to go to stand level; null on an axis on which nothing is near. */
  readonly shift: { readonly x: number | null; readonly y: number | null };
  readonly guides: readonly Guide[];
}

const SIZE = { x: "width", y: "height" } as const;
const OTHER = { x: "y", y: "x" } as const;
const ON_THE_LINE = 0.5; // px

/** What the box is level with, edges with edges and centre with centre, within `reach` px. */
export function aligned(box: Box, neighbours: readonly Box[], reach: number): Aligned {
  const shift = { x: nearest(box, neighbours, "x", reach), y: nearest(box, neighbours, "y", reach) };
  const moved = { ...box, x: box.x + (shift.x ?? 0), y: box.y + (shift.y ?? 0) };
  const guides = (["x", "y"] as const).flatMap((axis) =>
    shift[axis] === null ? [] : guidesOn(moved, neighbours, axis),
  );
  return { shift, guides };
}

/** Centre first: of tools of one size, that one line says it all. */
function lines(box: Box, axis: "x" | "y"): readonly number[] {
  const size = box[SIZE[axis]];
  return [box[axis] + size / 2, box[axis], box[axis] + size];
}

function nearest(box: Box, neighbours: readonly Box[], axis: "x" | "y", reach: number): number | null {
  const mine = lines(box, axis);
  const ways = neighbours.flatMap((other) => lines(other, axis).map((line, kind) => line - (mine[kind] ?? line)));
  const best = ways.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a), Infinity);
  return Math.abs(best) <= reach ? best : null;
}

function guidesOn(box: Box, neighbours: readonly Box[], axis: "x" | "y"): Guide[] {
  for (const [kind, at] of lines(box, axis).entries()) {
    const level = neighbours.filter((other) => Math.abs((lines(other, axis)[kind] ?? NaN) - at) < ON_THE_LINE);
    if (level.length > 0) return [span(axis, at, [box, ...level])];
  }
  return [];
}

function span(axis: "x" | "y", at: number, boxes: readonly Box[]): Guide {
  const along = OTHER[axis];
  const from = Math.min(...boxes.map((box) => box[along]));
  const to = Math.max(...boxes.map((box) => box[along] + box[SIZE[along]]));
  return { axis, at, from, to };
}
