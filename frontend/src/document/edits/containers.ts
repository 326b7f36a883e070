/** Edits of containers and comments. */
import type { Draft } from "../draft";
import { around, commentBox, containerBoxes, nodeBox, snap, TITLE, type Box, type Point } from "../geometry";
import { freeName } from "../naming";
import { commentsOf, containersOf, membersOf, nodesOf, type Document } from "../types";
import { setOrDrop, takeOut } from "./nodes";

/** Put what is selected into a new container; gives its name. Containers among it move inside whole. */
export function wrap(draft: Draft, names: readonly string[], title = "Container"): string {
  const name = freeName(draft.document, "container");
  const containers = names.filter((member) => containersOf(draft.document)[member]);
  const held = new Set(containers.flatMap((container) => contentsOf(draft.document, container)));
  const things = [...new Set(names)].filter((member) => !containers.includes(member) && !held.has(member));
  const outer = [...new Set(things.map((member) => containerOf(draft.document, member)))];
  for (const member of things) takeOut(draft, member);
  const inside = outer.length === 1 && outer[0] ? { inside: outer[0] } : {};
  draft.put(["containers", name], { title, nodes: things, ...inside });
  for (const inner of containers) if (!held.has(inner)) draft.put(["containers", inner, "inside"], name);
  return name;
}

/** An empty container at a place. */
export function addContainer(draft: Draft, point: Point): string {
  const name = freeName(draft.document, "container");
  draft.put(["containers", name], { title: "Container", nodes: [] });
  draft.put(["layout", name], [snap(point.x), snap(point.y), 240, 120]);
  return name;
}

/** The container that holds a thing, or an empty text. */
export function containerOf(document: Document, name: string): string {
  const container = containersOf(document)[name];
  if (container) return container.inside ?? "";
  const found = Object.entries(containersOf(document)).find(([, { nodes }]) => nodes?.includes(name));
  return found?.[0] ?? commentsOf(document)[name]?.inside ?? "";
}

/** Everything in a container, at any depth; containers too. */
export function contentsOf(document: Document, name: string): string[] {
  const found = new Set<string>();
  const look = (container: string): void => {
    const inner = Object.entries(containersOf(document)).filter(([, { inside }]) => inside === container);
    const notes = Object.entries(commentsOf(document)).filter(([, { inside }]) => inside === container);
    for (const member of membersOf(containersOf(document)[container] ?? {})) found.add(member);
    for (const [note] of notes) found.add(note);
    for (const [other] of inner) {
      if (found.has(other) || other === name) continue;
      found.add(other);
      look(other);
    }
  };
  look(name);
  return [...found];
}

/** Put a thing into a container (an empty text: into none). */
export function putInto(draft: Draft, name: string, container: string): void {
  if (containerOf(draft.document, name) === container || container === name) return;
  if (containersOf(draft.document)[name]) {
    if (contentsOf(draft.document, name).includes(container)) return; // not into itself
    setOrDrop(draft, ["containers", name, "inside"], container, "");
    return;
  }
  takeOut(draft, name);
  draft.drop(["comments", name, "inside"]);
  if (container) draft.push(["containers", container, "nodes"], name);
}

/** Switch a container on or off, or fold it. */
export function toggle(draft: Draft, name: string, what: "disabled" | "folded"): void {
  setOrDrop(draft, ["containers", name, what], !containersOf(draft.document)[name]?.[what], false);
}

/** Give a container, or a comment, the box that its corner was dragged to. */
export function resize(draft: Draft, name: string, box: Box): void {
  draft.put(["layout", name], [box.x, box.y, box.width, box.height].map(snap));
}

export function addComment(draft: Draft, point: Point, text = ""): string {
  const name = freeName(draft.document, "comment");
  draft.put(["comments", name], { text });
  draft.put(["layout", name], [snap(point.x), snap(point.y), 180, 60]);
  return name;
}

/** The boxes of everything on the canvas, by name. */
export function boxesOf(document: Document, positions: Record<string, Point>): Record<string, Box> {
  const origin = { x: 0, y: 0 };
  const nodes = Object.entries(nodesOf(document)).map(([name, node]) => [
    name,
    nodeBox(node, positions[name] ?? origin),
  ]);
  const notes = Object.keys(commentsOf(document)).map((n) => [n, commentBox(document, n, positions[n] ?? origin)]);
  const boxes = containerBoxes(document, positions);
  for (const [name, container] of Object.entries(containersOf(document))) {
    if (container.folded && boxes[name]) boxes[name] = { ...boxes[name], height: TITLE };
  }
  return { ...boxes, ...Object.fromEntries([...nodes, ...notes] as [string, Box][]) };
}

export function extent(boxes: readonly Box[]): Box {
  return boxes.length > 0 ? around(boxes) : { x: 0, y: 0, width: 0, height: 0 };
}

/** The switched-off container that a thing stands in, at any depth, or an empty text. */
export function disabledBy(document: Document, name: string): string {
  let container = containerOf(document, name);
  for (let turns = 0; container && turns < 20; turns++) {
    if (containersOf(document)[container]?.disabled) return container;
    container = containerOf(document, container);
  }
  return "";
}
