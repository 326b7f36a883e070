/** Edits of nodes: add, remove, rename, configure, move. */
import type { Path } from "../changes";
import type { Draft } from "../draft";
import { snap, type Point } from "../geometry";
import { freeName, snakeCase } from "../naming";
import { commentsOf, containersOf, nodesOf, settingsOf, type Plain } from "../types";
import { anchorsAt, anchorsOf, textOf, wiresOf, type Catalog, type End, type Side } from "../wires";
import { heal } from "./wires";

/** Place a tool; gives the name of the new node. */
export function addNode(draft: Draft, tool: string, point: Point, container = ""): string {
  const name = freeName(draft.document, snakeCase(tool));
  draft.put(["nodes", name], { tool });
  draft.put(["layout", name], [snap(point.x), snap(point.y)]);
  if (container) draft.push(["containers", container, "nodes"], name);
  return name;
}

/** Remove nodes, comments and containers; what a container held stays, and wires around a removed tool close up. */
export function remove(draft: Draft, catalog: Catalog, names: readonly string[]): void {
  for (const name of names) {
    if (nodesOf(draft.document)[name]) removeNode(draft, catalog, name);
    else if (commentsOf(draft.document)[name]) draft.drop(["comments", name]);
    else if (containersOf(draft.document)[name]) dissolve(draft, name);
    takeOut(draft, name);
    draft.drop(["layout", name]);
  }
}

function removeNode(draft: Draft, catalog: Catalog, name: string): void {
  heal(draft, catalog, name);
  draft.drop(["nodes", name]);
}

function dissolve(draft: Draft, name: string): void {
  const around = containersOf(draft.document)[name]?.inside ?? "";
  for (const [inner, container] of Object.entries(containersOf(draft.document))) {
    if (container.inside === name) setOrDrop(draft, ["containers", inner, "inside"], around, "");
  }
  for (const [comment, { inside }] of Object.entries(commentsOf(draft.document))) {
    if (inside === name) setOrDrop(draft, ["comments", comment, "inside"], around, "");
  }
  const members = containersOf(draft.document)[name]?.nodes ?? [];
  draft.drop(["containers", name]);
  if (around) for (const member of members) draft.push(["containers", around, "nodes"], member);
}

/** Take a thing out of the container that holds it. */
export function takeOut(draft: Draft, name: string): void {
  for (const [container, { nodes }] of Object.entries(containersOf(draft.document))) {
    const index = Array.isArray(nodes) ? nodes.indexOf(name) : -1;
    if (index >= 0) draft.drop(["containers", container, "nodes", index]);
  }
}

/** Give a node, comment or container another name, wherever it is named. */
export function rename(draft: Draft, catalog: Catalog, from: string, to: string): void {
  const wires = wiresOf(draft.document, catalog).filter((w) => w.source.node === from || w.target.node === from);
  for (const part of ["nodes", "containers", "comments", "layout"]) draft.rename([part, from], to);
  for (const [name, container] of Object.entries(containersOf(draft.document))) {
    const index = Array.isArray(container.nodes) ? container.nodes.indexOf(from) : -1;
    if (index >= 0) draft.put(["containers", name, "nodes", index], to);
    if (container.inside === from) draft.put(["containers", name, "inside"], to);
  }
  for (const [name, { inside }] of Object.entries(commentsOf(draft.document))) {
    if (inside === from) draft.put(["comments", name, "inside"], to);
  }
  const renamed = (end: { node: string; anchor: string }) => (end.node === from ? { ...end, node: to } : end);
  for (const { index, source, target } of wires) {
    const text = textOf(draft.document, catalog, { source: renamed(source), target: renamed(target) });
    draft.put(["connections", index], text);
  }
}

/** Set a setting of a node (or anything else at a path); a value that is the default goes from the file. */
export function setOrDrop(draft: Draft, path: Path, value: Plain | undefined, standard?: Plain): void {
  if (value === undefined || (standard !== undefined && JSON.stringify(value) === JSON.stringify(standard))) {
    draft.drop(path);
  } else draft.put(path, value);
}

/** Put things at new places, in whole pixels; widths and heights stay. */
export function move(draft: Draft, points: Readonly<Record<string, Point>>): void {
  for (const [name, { x, y }] of Object.entries(points)) {
    const old = draft.get(["layout", name]);
    const size = Array.isArray(old) ? (old as number[]).slice(2) : [];
    draft.put(["layout", name], [Math.round(x), Math.round(y), ...size]);
  }
}

/**
 * Use another tool at a node. Settings that it has (`keeps`) stay, as do wires: by the names of their anchors, else by
 * the order of these; what finds no anchor goes.
 */
export function replaceTool(
  draft: Draft,
  catalog: Catalog,
  name: string,
  tool: string,
  keeps: (setting: string) => boolean,
): void {
  const wires = wiresOf(draft.document, catalog);
  const before = draft.document;
  const moved = (end: End, side: Side): End | null => {
    if (end.node !== name) return end;
    const place = anchorsAt(before, catalog, name, side).findIndex(({ name: anchor }) => anchor === end.anchor);
    const anchors = anchorsOf(catalog, tool, side);
    const anchor = anchors.find((candidate) => candidate.name === end.anchor) ?? anchors[place];
    return anchor ? { node: name, anchor: anchor.name } : null;
  };
  draft.put(["nodes", name, "tool"], tool);
  for (const setting of Object.keys(settingsOf(nodesOf(before)[name] ?? { tool }))) {
    if (!keeps(setting)) draft.drop(["nodes", name, setting]);
  }
  for (const { index, ...wire } of wires.toReversed()) {
    if (wire.source.node !== name && wire.target.node !== name) continue;
    const [source, target] = [moved(wire.source, "output"), moved(wire.target, "input")];
    if (source && target) draft.put(["connections", index], textOf(draft.document, catalog, { source, target }));
    else draft.drop(["connections", index]);
  }
}
