/** Where wires end at tools and containers: said, not measured, so that a tool that comes is drawn with its wires at once. */
import { Position, type NodeHandle } from "@xyflow/react";
import { TILE, TITLE } from "@/document/geometry";
import type { Anchor } from "@/document/wires";

/** An anchor's flag, in px; it stands off the tile by `gap`. */
export const FLAG = { width: 11, height: 12, gap: 1 };

/** Where a wire ends that leads into a folded container. */
export const FOLD_IN = "fold-in";
export const FOLD_OUT = "fold-out";

/** The middle of an anchor, from the top of its tile: up to two stand apart, more stand close, all of them centred. */
export function topOf(index: number, count: number): number {
  const step = count <= 2 ? 24 : Math.max(12.5, TILE / count);
  return TILE / 2 + (index - (count - 1) / 2) * step;
}

/** The anchors of a tool. */
export function handlesOf(inputs: readonly Anchor[], outputs: readonly Anchor[]): NodeHandle[] {
  const { width, height, gap } = FLAG;
  const flag = (anchors: readonly Anchor[], index: number) => ({
    id: anchors[index]?.name ?? null,
    y: topOf(index, anchors.length) - height / 2,
    width,
    height,
  });
  return [
    ...inputs.map((_, index) => target({ ...flag(inputs, index), x: -gap - width })),
    ...outputs.map((_, index) => source({ ...flag(outputs, index), x: TILE + gap })),
  ];
}

/** The ends of a folded container of that width: in the middle of its title bar's sides. */
export function foldHandles(width: number): NodeHandle[] {
  const end = { y: TITLE / 2, width: 0, height: 0 };
  return [target({ ...end, id: FOLD_IN, x: 0 }), source({ ...end, id: FOLD_OUT, x: width })];
}

type End = Pick<NodeHandle, "id" | "x" | "y" | "width" | "height">;

const target = (end: End): NodeHandle => ({ ...end, type: "target", position: Position.Left });
const source = (end: End): NodeHandle => ({ ...end, type: "source", position: Position.Right });
