/** Copy and paste: a part of a workflow is itself a small workflow, and so is its text. */
import type { Draft } from "../draft";
import { snap, type Point } from "../geometry";
import { freeName } from "../naming";
import {
  commentsOf,
  containersOf,
  isMapping,
  membersOf,
  nodesOf,
  placesOf,
  type Document,
  type Mapping,
} from "../types";
import { textOf, wiresOf, type Catalog } from "../wires";
import { contentsOf } from "./containers";

/** What is selected as a document of its own: with the wires between, and with all that its containers hold. */
export function fragment(
  document: Document,
  catalog: Catalog,
  names: readonly string[],
  points: Record<string, Point>,
): Document {
  const all = new Set([...names, ...names.flatMap((name) => contentsOf(document, name))]);
  const pick = <T extends Mapping>(part: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(part).filter(([name]) => all.has(name)));
  const wires = wiresOf(document, catalog).filter((w) => all.has(w.source.node) && all.has(w.target.node));
  const containers = Object.entries(pick(containersOf(document))).map(([name, container]) => {
    const { inside, ...rest } = container;
    const kept = inside && all.has(inside) ? { inside } : {};
    return [name, { ...rest, nodes: membersOf(container).filter((member) => all.has(member)), ...kept }];
  });
  const layout = [...all].flatMap((name) => {
    const point = points[name];
    return point ? [[name, [point.x, point.y, ...(placesOf(document)[name] ?? []).slice(2)]]] : [];
  });
  return {
    flowrun: 1,
    nodes: pick(nodesOf(document)),
    connections: wires.map((wire) => textOf(document, catalog, wire)),
    ...(containers.length > 0 ? { containers: Object.fromEntries(containers) as Mapping } : {}),
    ...(Object.keys(pick(commentsOf(document))).length > 0 ? { comments: pick(commentsOf(document)) } : {}),
    layout: Object.fromEntries(layout) as Mapping,
  };
}

/** Add a fragment, its upper left corner at `point`; gives the new names. Names that are taken get a number. */
export function paste(draft: Draft, catalog: Catalog, part: Document, point: Point): string[] {
  const old = [...Object.keys(nodesOf(part)), ...Object.keys(containersOf(part)), ...Object.keys(commentsOf(part))];
  const names = new Map<string, string>();
  for (const name of old) names.set(name, freeName(draft.document, name, new Set(names.values())));
  const renamed = (name: string): string => names.get(name) ?? name;
  const wires = wiresOf(part, catalog);

  for (const [name, node] of Object.entries(nodesOf(part))) draft.put(["nodes", renamed(name)], node);
  for (const { source, target } of wires) {
    const wire = {
      source: { ...source, node: renamed(source.node) },
      target: { ...target, node: renamed(target.node) },
    };
    draft.push(["connections"], textOf(draft.document, catalog, wire));
  }
  for (const [name, container] of Object.entries(containersOf(part))) {
    draft.put(["containers", renamed(name)], {
      ...container,
      nodes: membersOf(container).map(renamed),
      ...inside(container, renamed),
    });
  }
  for (const [name, comment] of Object.entries(commentsOf(part))) {
    draft.put(["comments", renamed(name)], { ...comment, ...inside(comment, renamed) });
  }
  pastePlaces(draft, part, point, names);
  return [...names.values()];
}

function inside({ inside: name }: Mapping, renamed: (name: string) => string): Mapping {
  return typeof name === "string" && name ? { inside: renamed(name) } : {};
}

function pastePlaces(draft: Draft, part: Document, point: Point, names: ReadonlyMap<string, string>): void {
  const places = Object.entries(placesOf(part)).filter(([name]) => names.has(name));
  const left = Math.min(...places.map(([, [x = 0]]) => x));
  const top = Math.min(...places.map(([, [, y = 0]]) => y));
  for (const [name, [x = 0, y = 0, ...size]] of places) {
    const moved = [snap(point.x + x - left), snap(point.y + y - top), ...size];
    draft.put(["layout", names.get(name) ?? name], moved);
  }
}

/** A pasted text as a fragment, or null where it is no part of a workflow. */
export function asFragment(value: unknown): Document | null {
  const document = value as Document;
  return isMapping(document) &&
    isMapping(document.nodes) &&
    Object.keys(nodesOf(document)).length + Object.keys(commentsOf(document)).length > 0
    ? document
    : null;
}
