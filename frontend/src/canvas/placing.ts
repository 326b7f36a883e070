/** Putting tools and things onto the canvas and into containers. */
import { containerOf, contentsOf, putInto } from "@/document/edits/containers";
import type { Draft } from "@/document/draft";
import { addNode, move, replaceTool } from "@/document/edits/nodes";
import { fitsOnWire, insertOnWire } from "@/document/edits/wires";
import { holds, TILE, type Point } from "@/document/geometry";
import { containersOf, nodesOf, type Document, type Mapping } from "@/document/types";
import { wiresOf } from "@/document/wires";
import { catalog, useTools } from "@/state/catalog";
import type { Insertion } from "@/state/view";
import { add, currentDocument, edit } from "@/state/workflow";
import { join } from "./connecting";
import { placesIn } from "./picture";

/** Insert a tool and join it: into a wire, or to an anchor. */
export function insertTool(tool: string, { flow, from, wire, replace }: Omit<Insertion, "screen">): void {
  if (replace) return exchange(replace, tool);
  add("Add tool", (draft) => {
    const corner = { x: flow.x - TILE / 2, y: flow.y - TILE / 2 };
    const name = addNode(draft, tool, corner, containerAt(draft.document, flow));
    const onto = wire === undefined ? null : wiresOf(draft.document, catalog()).find(({ index }) => index === wire);
    if (onto && fitsOnWire(catalog(), tool)) insertOnWire(draft, catalog(), onto, name);
    else if (from) join(draft, name, from);
    return [name];
  });
}

function exchange(name: string, tool: string): void {
  const { properties } = (useTools.getState().byId.get(tool)?.settings ?? {}) as { properties?: Mapping };
  edit("Replace tool", (draft) =>
    replaceTool(draft, catalog(), name, tool, (setting) => setting in (properties ?? {})),
  );
}

/** The innermost unfolded container at a place. */
export function containerAt(document: Document, point: Point, except: ReadonlySet<string> = new Set()): string {
  const { boxes } = placesIn(document, catalog());
  const around = Object.keys(boxes).filter((name) => {
    const box = boxes[name];
    return box && holds(box, point) && !except.has(name) && !containersOf(document)[name]?.folded;
  });
  return around.find((name) => !around.some((other) => containerOf(document, other) === name)) ?? "";
}

/** Drop what was dragged: at its places, into the containers that stand there, onto the wire below. */
export function dropThings(points: Readonly<Record<string, Point>>, wire: number | null): void {
  edit("Move", (draft) => {
    const before = draft.document;
    const moved = new Set(Object.keys(points));
    const carried = new Set([...moved].flatMap((name) => contentsOf(before, name)));
    for (const [name, point] of Object.entries(points)) {
      if (carried.has(name)) continue;
      const inside = new Set([name, ...contentsOf(before, name)]);
      putInto(draft, name, containerAt(before, { x: point.x + TILE / 2, y: point.y + TILE / 2 }, inside));
    }
    move(draft, withPlace(before, points));
    const [only] = moved;
    if (wire !== null && moved.size === 1 && only) insertExisting(draft, only, wire);
  });
}

/** A container that fits around its tools has no place of its own to be moved. */
function withPlace(document: Document, points: Readonly<Record<string, Point>>): Record<string, Point> {
  const entries = Object.entries(points);
  const layout = document.layout as Record<string, unknown> | undefined;
  return Object.fromEntries(entries.filter(([name]) => !containersOf(document)[name] || layout?.[name] !== undefined));
}

function insertExisting(draft: Draft, name: string, wire: number): void {
  const node = nodesOf(draft.document)[name];
  const wires = wiresOf(draft.document, catalog());
  const onto = wires.find(({ index }) => index === wire);
  const free = wires.every(({ source, target }) => source.node !== name && target.node !== name);
  if (node && onto && free && fitsOnWire(catalog(), node.tool)) insertOnWire(draft, catalog(), onto, name);
}

/** Everything that moves along when these are dragged. */
export function withContents(names: Iterable<string>): Set<string> {
  const document = currentDocument();
  return new Set([...names].flatMap((name) => [name, ...contentsOf(document, name)]));
}
