/** Where in a list of any height one looks, although a browser lays out a few million pixels at most. */

export const TALLEST = 8_000_000; // pixels that all browsers can scroll

/** `real`: where the scroll bar stands; `top`: the pixel of the whole list at the upper edge. */
export interface Position {
  readonly real: number;
  readonly top: number;
}

export interface Extent {
  /** Pixels of the whole list. */
  readonly total: number;
  /** Pixels that are seen. */
  readonly seen: number;
}

const DRIFT = 500; // pixels that the scroll bar may lag behind

export const layoutHeight = ({ total }: Extent): number => Math.min(total, TALLEST);

/** The scroll bar has moved: by a wheel or a finger pixel by pixel, or dragged (`held`) to a share of the whole. */
export function moved(before: Position, real: number, extent: Extent, held: boolean): Position {
  const { end, last } = ends(extent);
  if (extent.total <= TALLEST) return { real, top: real };
  if (real <= 0 || real >= end) return { real, top: real <= 0 ? 0 : last };
  const step = real - before.real;
  if (held || Math.abs(step) >= extent.seen) return { real, top: (real / end) * last };
  return { real, top: clamp(before.top + step, last) };
}

/** The same place with the scroll bar where it belongs. */
export function settled(top: number, extent: Extent): Position {
  const { end, last } = ends(extent);
  const place = clamp(top, last);
  return { top: place, real: last > 0 ? (place / last) * end : 0 };
}

/** Whether the scroll bar is so far from where it belongs that it would reach an end before the list does. */
export function drifted(position: Position, extent: Extent): boolean {
  const { real } = settled(position.top, extent);
  const room = Math.min(real, ends(extent).end - real) / 2;
  return Math.abs(real - position.real) > Math.min(DRIFT, room);
}

/** Where to look so that a row is seen, with the least movement. */
export function revealing(top: number, start: number, size: number, { seen }: Extent): number {
  if (start < top) return start;
  return start + size > top + seen ? start + size - seen : top;
}

function ends(extent: Extent): { end: number; last: number } {
  return { end: Math.max(0, layoutHeight(extent) - extent.seen), last: Math.max(0, extent.total - extent.seen) };
}

const clamp = (value: number, last: number): number => Math.max(0, Math.min(last, value));
