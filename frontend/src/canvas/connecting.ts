/** What happens when a wire is drawn, and which anchors are near a place. */
import type { Connection, Handle } from "@xyflow/react";
import { connect, disconnect, reroute } from "@/document/edits/wires";
import type { Draft } from "@/document/draft";
import { refusal } from "@/document/policy";
import { FLAG } from "./handles";
import { TILE } from "@/document/geometry";
import {
  anchorsAt,
  anchorsOf,
  sameEnd,
  wiresOf,
  type End,
  type PlacedWire,
  type Side,
  type Wire,
} from "@/document/wires";
import { catalog } from "@/state/catalog";
import { currentDocument, edit } from "@/state/workflow";
import { seenNodes, toCanvas, zoomLevel } from "./viewport";
import { wireId } from "./wiring";

type HandleLike = Pick<Handle, "nodeId" | "id" | "type">;

export function wireBetween(from: HandleLike, to: HandleLike): Wire {
  const [source, target] = from.type === "source" ? [from, to] : [to, from];
  return { source: endOf(source), target: endOf(target) };
}

export function endOf({ nodeId, id }: HandleLike): End {
  return { node: nodeId, anchor: id ?? "" };
}

export function wireOf({ source, sourceHandle, target, targetHandle }: Connection): Wire {
  return { source: { node: source, anchor: sourceHandle ?? "" }, target: { node: target, anchor: targetHandle ?? "" } };
}

/** The wire that a drag takes along by its end: the one of an input that takes no other. */
export function heldBy(handle: HandleLike): PlacedWire | undefined {
  const end = endOf(handle);
  const anchor = anchorsAt(currentDocument(), catalog(), end.node, "input").find(({ name }) => name === end.anchor);
  if (handle.type !== "target" || !anchor || anchor.multiple) return undefined;
  return wiresOf(currentDocument(), catalog()).find(({ target }) => sameEnd(target, end));
}

/** What a held wire becomes at an anchor: it enters that input, or comes from that output. */
export function heldTo({ source, target }: Wire, to: HandleLike): Wire {
  return to.type === "source" ? { source: endOf(to), target } : { source, target: endOf(to) };
}

/** Let go of a held wire at an anchor, or on the empty canvas, where it ends. */
export function letGo(held: PlacedWire, to: HandleLike | null): void {
  if (to === null) return edit("Disconnect", (draft) => disconnect(draft, [held.index]));
  const wire = heldTo(held, to);
  const moved = wireId(wire) !== wireId(held);
  if (!moved || refusal(currentDocument(), catalog(), wire, held.index) !== null) return;
  edit("Move a wire", (draft) => reroute(draft, catalog(), held.index, wire));
}

export function draw(wire: Wire): void {
  if (refusal(currentDocument(), catalog(), wire) !== null) return;
  edit("Connect", (draft) => connect(draft, catalog(), wire));
}

/** Connect a node with an anchor of another: its first anchor that may be. */
export function join(draft: Draft, node: string, { end, side }: { end: End; side: Side }): void {
  const own: Side = side === "output" ? "input" : "output";
  for (const { name } of anchorsAt(draft.document, catalog(), node, own)) {
    const mine = { node, anchor: name };
    const wire = side === "output" ? { source: end, target: mine } : { source: mine, target: end };
    if (refusal(draft.document, catalog(), wire) === null) return connect(draft, catalog(), wire);
  }
}

/** Whether a tool can be joined to an anchor of that side at all. */
export function fits(tool: string, side: Side): boolean {
  return anchorsOf(catalog(), tool, side === "output" ? "input" : "output").length > 0;
}

const NEAR = 100; // px on the screen along the flow; across it counts nearly double

/** The anchor near a place on the screen that this tool could be joined to, if one is. */
export function anchorNear(x: number, y: number, tool: string): { end: End; side: Side } | null {
  const place = toCanvas({ x, y });
  let best: { end: End; side: Side } | null = null;
  let nearest = NEAR / zoomLevel();
  for (const { id, type, position, handles = [] } of seenNodes()) {
    if (type !== "tool") continue;
    for (const handle of handles) {
      const side: Side = handle.type === "source" ? "output" : "input";
      const left = position.x + handle.x;
      const middle = { x: left + FLAG.width / 2, y: position.y + handle.y + FLAG.height / 2 };
      // Level with a tool all of its anchors are equally near, so that the first one is it.
      const level = Math.abs(position.y + TILE / 2 - place.y) < TILE / 2;
      const distance = Math.hypot(middle.x - place.x, level ? 0 : 1.8 * (middle.y - place.y));
      const ahead = side === "output" ? place.x > left : place.x < left;
      if (distance >= nearest || !ahead || !fits(tool, side)) continue;
      const end = { node: id, anchor: handle.id ?? "" };
      if (side === "input" && isTaken(end)) continue;
      best = { end, side };
      nearest = distance;
    }
  }
  return best;
}

function isTaken(target: End): boolean {
  const somewhere = { node: "", anchor: "" };
  return refusal(currentDocument(), catalog(), { source: somewhere, target }) !== null;
}

const places = new WeakMap<readonly PlacedWire[], ReadonlyMap<string, number>>();

/** The place in `connections` of a wire that is drawn. */
export function wirePlace(id: string): number {
  const wires = wiresOf(currentDocument(), catalog());
  const known = places.get(wires) ?? new Map(wires.map((wire) => [wireId(wire), wire.index]));
  places.set(wires, known);
  return known.get(id) ?? -1;
}

/** The drawn wire under a place on the screen. */
export function drawnWireAt(x: number, y: number): SVGElement | null {
  const found = document.elementsFromPoint(x, y).map((element) => element.closest<SVGElement>(".wire"));
  return found.find((element) => element !== null) ?? null;
}

/** The wire under a place on the screen, as its place in `connections`. */
export function wireAt(x: number, y: number): number | null {
  const id = drawnWireAt(x, y)?.dataset.id;
  return id === undefined ? null : wirePlace(id);
}
