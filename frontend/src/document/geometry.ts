/** Where things stand and how large they are, in pixels at 100 %. */
import { automaticAnnotation } from "./annotation";
import { commentsOf, containersOf, membersOf, nodesOf, placesOf, type Document, type Node, type Place } from "./types";
import { wiresOf, type Catalog } from "./wires";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export const TILE = 36;
export const GRID = 5;
export const TITLE = 25; // of a container
/** From one tool to the next when nobody says where: along the flow, and across. */
export const STEP = { x: 105, y: 75 };

const ANNOTATION = { width: 108, left: 12, top: 8, line: 16, letters: 15, lines: 5 };
const PADDING = { side: 36, top: 36, bottom: 24 };
const COMMENT = { width: 180, height: 60 };
const LETTER = 7; // of a bold title
const TITLE_BUTTONS = 72;
const EMPTY_CONTAINER = { width: 240, height: 120 };

export function snap(value: number): number {
  return Math.round(value / GRID) * GRID;
}

/** The place of each name: from `layout`, else found here; what has no place never hides what has one. */
export function positionsOf(document: Document, catalog: Catalog): Record<string, Point> {
  const places = placesOf(document);
  const known = Object.fromEntries(
    Object.entries(places).flatMap(([name, place]) => (isPlace(place) ? [[name, { x: place[0], y: place[1] }]] : [])),
  );
  const missing = [...Object.keys(nodesOf(document)), ...Object.keys(commentsOf(document))].filter((n) => !known[n]);
  return missing.length === 0 ? known : { ...known, ...placed(document, catalog, missing, known) };
}

function isPlace(place: Place | undefined): place is [number, number] {
  return Array.isArray(place) && place.length >= 2 && place.every((number) => typeof number === "number");
}

/** Columns by distance from the sources, below what has a place. */
function placed(
  document: Document,
  catalog: Catalog,
  names: string[],
  known: Record<string, Point>,
): Record<string, Point> {
  const wires = wiresOf(document, catalog);
  const column = new Map(names.map((name) => [name, 0]));
  for (let round = 0, moved = true; moved && round < names.length; round++) {
    moved = false;
    for (const { source, target } of wires) {
      const next = (column.get(source.node) ?? -1) + 1;
      if (column.has(source.node) && next > (column.get(target.node) ?? Infinity)) {
        column.set(target.node, next);
        moved = true;
      }
    }
  }
  const top = Math.max(0, ...Object.values(known).map((point) => point.y + 2 * STEP.y));
  const filled = new Map<number, number>();
  return Object.fromEntries(
    names.map((name) => {
      const x = column.get(name) ?? 0;
      const y = filled.get(x) ?? 0;
      filled.set(x, y + 1);
      return [name, { x: 60 + x * STEP.x, y: top + 75 + y * STEP.y }];
    }),
  );
}

/** The box of a node: its tile with the annotation below. */
export function nodeBox(node: Node, { x, y }: Point): Box {
  const text = node.annotation ?? automaticAnnotation(node);
  if (!text) return { x, y, width: TILE, height: TILE };
  const wrapped = text
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / ANNOTATION.letters)), 0);
  const lines = Math.min(wrapped, ANNOTATION.lines);
  const width = wrapped > 1 ? ANNOTATION.width : Math.max(TILE, text.length * 7);
  return {
    x: x - ANNOTATION.left,
    y,
    width: Math.max(width, TILE + ANNOTATION.left),
    height: TILE + ANNOTATION.top + lines * ANNOTATION.line + 6,
  };
}

export function commentBox(document: Document, name: string, point: Point): Box {
  const [, , width = COMMENT.width, height = COMMENT.height] = placesOf(document)[name] ?? [];
  return { ...point, width, height };
}

/** The boxes of all containers: as `layout` says, but never smaller than what is inside; else around it. */
export function containerBoxes(document: Document, positions: Record<string, Point>): Record<string, Box> {
  const containers = containersOf(document);
  const boxes: Record<string, Box> = {};
  const measure = (name: string, around: readonly string[]): Box | null => {
    if (boxes[name]) return boxes[name];
    const container = containers[name];
    if (!container || around.includes(name)) return null;
    const inner = Object.keys(containers).filter((other) => containers[other]?.inside === name);
    const contents = [
      ...membersOf(container).flatMap((member) => memberBox(document, member, positions)),
      ...inner.flatMap((other) => measure(other, [...around, name]) ?? []),
    ];
    return (boxes[name] = containerBox(placesOf(document)[name], contents, container.title ?? ""));
  };
  for (const name of Object.keys(containers)) measure(name, []);
  return boxes;
}

function memberBox(document: Document, name: string, positions: Record<string, Point>): Box[] {
  const point = positions[name];
  if (!point) return [];
  const node = nodesOf(document)[name];
  return [node ? nodeBox(node, point) : commentBox(document, name, point)];
}

function containerBox(place: Place | undefined, contents: readonly Box[], title: string): Box {
  const [x = 60, y = 60, width, height] = place ?? [];
  if (contents.length === 0) {
    return { x, y, width: width ?? EMPTY_CONTAINER.width, height: height ?? EMPTY_CONTAINER.height };
  }
  const inner = around(contents);
  const fitted = {
    x: inner.x - PADDING.side,
    y: inner.y - PADDING.top - TITLE,
    width: Math.max(inner.width + 2 * PADDING.side, title.length * LETTER + TITLE_BUTTONS),
    height: inner.height + PADDING.top + TITLE + PADDING.bottom,
  };
  if (width === undefined || height === undefined) return fitted;
  return around([
    { x, y, width, height },
    { ...inner, y: inner.y - TITLE, height: inner.height + TITLE },
  ]);
}

/** The smallest box around boxes; there is at least one. */
export function around(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  return { x, y, width: right - x, height: bottom - y };
}

export function holds(box: Box, point: Point): boolean {
  return point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height;
}
