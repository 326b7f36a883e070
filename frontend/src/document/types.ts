/** The workflow document as plain data, in the shape of its YAML file. Nothing here is ever changed in place. */

export type Plain = null | boolean | number | string | readonly Plain[] | Mapping;
export interface Mapping {
  readonly [key: string]: Plain | undefined;
}

/** A tool placed in a workflow; every key besides these is a setting of the tool. */
export interface Node extends Mapping {
  readonly tool: string;
  readonly annotation?: string;
  /** Whether its result is kept for later runs; left out, flowrun decides. */
  readonly cache?: "keep" | "never";
}

const OF_THE_NODE = ["tool", "annotation", "cache"];

export interface Container extends Mapping {
  readonly title?: string;
  readonly nodes?: readonly string[];
  readonly inside?: string;
  readonly disabled?: boolean;
  readonly folded?: boolean;
}

export interface Comment extends Mapping {
  readonly text?: string;
  readonly inside?: string;
}

/** [x, y] or [x, y, width, height], in pixels at 100 %. */
export type Place = readonly number[];

export interface Document extends Mapping {
  readonly nodes: Record<string, Node>;
}

export const EMPTY: Document = { flowrun: 1, nodes: {}, connections: [], layout: {} };

export function isMapping(value: Plain | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Plain | undefined): value is readonly Plain[] {
  return Array.isArray(value);
}

// A file with mistakes still opens: these give what is sound and overlook the rest.

const nothing: Record<string, never> = {};
const sections = new WeakMap<Mapping, Record<string, Mapping>>();

function section(document: Document, key: string): Record<string, Mapping> {
  const value = document[key];
  if (!isMapping(value)) return nothing;
  const known = sections.get(value);
  if (known) return known;
  const sound = Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, Mapping] => isMapping(entry[1])),
  );
  sections.set(value, sound);
  return sound;
}

export function nodesOf(document: Document): Record<string, Node> {
  return section(document, "nodes") as Record<string, Node>;
}

export function containersOf(document: Document): Record<string, Container> {
  return section(document, "containers");
}

export function commentsOf(document: Document): Record<string, Comment> {
  return section(document, "comments");
}

export function membersOf(container: Container): readonly string[] {
  return isList(container.nodes) ? container.nodes : [];
}

export function placesOf(document: Document): Record<string, Place> {
  const { layout } = document;
  return isMapping(layout) ? (layout as Record<string, Place>) : nothing;
}

/** The names of everything on the canvas; they share one name space, as `layout` does. */
export function namesOf(document: Document): string[] {
  return [document.nodes, document.containers, document.comments].flatMap((part) =>
    isMapping(part) ? Object.keys(part) : [],
  );
}

/** The settings of a node: all its keys but its own. */
export function settingsOf(node: Node): Mapping {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !OF_THE_NODE.includes(key)));
}
