/** Connections: `samples.E -> recognise.T` as text, and as a wire with both anchors known. */
import { isList, nodesOf, type Document } from "./types";

export interface Anchor {
  readonly name: string;
  readonly help: string;
  readonly optional: boolean;
  readonly multiple: boolean;
}

/** What the document needs to know of a tool. */
export interface ToolShape {
  readonly id: string;
  readonly inputs: readonly Anchor[];
  readonly outputs: readonly Anchor[];
  /** Whether it keeps all that comes, to be looked at. */
  readonly keeps: boolean;
}

export type Catalog = ReadonlyMap<string, ToolShape>;
export type Side = "input" | "output";

export interface End {
  readonly node: string;
  readonly anchor: string;
}

export interface Wire {
  readonly source: End;
  readonly target: End;
}

/** A wire with its place in `connections`. */
export interface PlacedWire extends Wire {
  readonly index: number;
}

const END = String.raw`([\p{L}_][\p{L}\p{N}_-]*)(?:\.([\p{L}\p{N}_#]+))?`;
const CONNECTION = new RegExp(String.raw`^\s*${END}\s*->\s*${END}\s*$`, "u");

const unknown = (name: string): Anchor => ({ name, help: "", optional: true, multiple: true });
/** What a tool that nobody knows may have, where a connection names no anchor of it. */
const UNNAMED: Readonly<Record<Side, Anchor>> = { input: unknown("in"), output: unknown("out") };
const UNKNOWN: Omit<ToolShape, "id"> = { inputs: [UNNAMED.input], outputs: [UNNAMED.output], keeps: false };

export function anchorsOf(catalog: Catalog, tool: string, side: Side): readonly Anchor[] {
  const { inputs, outputs } = catalog.get(tool) ?? UNKNOWN;
  return side === "input" ? inputs : outputs;
}

/** The anchors of a node; those of a tool that nobody knows are the ones that connections name. */
export function anchorsAt(document: Document, catalog: Catalog, node: string, side: Side): readonly Anchor[] {
  const tool = nodesOf(document)[node]?.tool ?? "";
  if (catalog.has(tool)) return anchorsOf(catalog, tool, side);
  return namedAnchors(document).get(`${side} ${node}`) ?? anchorsOf(catalog, tool, side);
}

const named = new WeakMap<readonly string[], ReadonlyMap<string, readonly Anchor[]>>();

/** The anchors that connections name, by side and node, in their order. */
function namedAnchors(document: Document): ReadonlyMap<string, readonly Anchor[]> {
  const connections = connectionsOf(document);
  const known = named.get(connections);
  if (known) return known;
  const found = new Map<string, Anchor[]>();
  const add = (side: Side, node = "", name = UNNAMED[side].name): void => {
    const anchors = found.get(`${side} ${node}`) ?? [];
    if (anchors.every((anchor) => anchor.name !== name)) anchors.push(unknown(name));
    found.set(`${side} ${node}`, anchors);
  };
  for (const text of connections) {
    const match = partsOf(text);
    if (!match) continue;
    add("output", match[1], match[2]);
    add("input", match[3], match[4]);
  }
  named.set(connections, found);
  return found;
}

const read = new WeakMap<Document, { catalog: Catalog; wires: readonly PlacedWire[] }>();

/** The wires of a document; connections that cannot be read or lead nowhere are left out (the check names them). */
export function wiresOf(document: Document, catalog: Catalog): readonly PlacedWire[] {
  const known = read.get(document);
  if (known?.catalog === catalog) return known.wires;
  const wires = connectionsOf(document).flatMap((text, index) => {
    const wire = parse(document, catalog, text);
    return wire ? [{ ...wire, index }] : [];
  });
  read.set(document, { catalog, wires });
  return wires;
}

const NO_CONNECTIONS: readonly string[] = [];

export function connectionsOf(document: Document): readonly string[] {
  return isList(document.connections) ? (document.connections as readonly string[]) : NO_CONNECTIONS;
}

const matched = new Map<string, RegExpExecArray | null>();

/** The parts of a connection's text; an edit changes few of hundreds, so what was read once is remembered. */
function partsOf(text: unknown): RegExpExecArray | null {
  if (typeof text !== "string") return null;
  const known = matched.get(text);
  if (known !== undefined) return known;
  const match = CONNECTION.exec(text);
  matched.set(text, match);
  return match;
}

function parse(document: Document, catalog: Catalog, text: string): Wire | null {
  const match = partsOf(text);
  if (!match) return null;
  const source = end(document, catalog, match[1] ?? "", match[2] ?? "", "output");
  const target = end(document, catalog, match[3] ?? "", match[4] ?? "", "input");
  return source && target ? { source, target } : null;
}

function end(document: Document, catalog: Catalog, name: string, anchor: string, side: Side): End | null {
  const node = nodesOf(document)[name];
  if (!node) return null;
  const first = anchorsOf(catalog, node.tool, side)[0]?.name;
  return { node: name, anchor: anchor || (first ?? side) };
}

/** A wire as people write it: an anchor is named only where there are several to choose from. */
export function textOf(document: Document, catalog: Catalog, wire: Wire): string {
  return `${written(document, catalog, wire.source, "output")} -> ${written(document, catalog, wire.target, "input")}`;
}

function written(document: Document, catalog: Catalog, { node, anchor }: End, side: Side): string {
  const tool = nodesOf(document)[node]?.tool ?? "";
  const [first, ...rest] = anchorsOf(catalog, tool, side);
  const plain =
    first?.name === anchor && (rest.length === 0 || (!first.optional && rest.every((other) => other.optional)));
  return plain ? node : `${node}.${anchor}`;
}

export function sameEnd(a: End, b: End): boolean {
  return a.node === b.node && a.anchor === b.anchor;
}

const wired = new WeakMap<readonly PlacedWire[], ReadonlySet<string>>();

/** The anchors that wires leave from, as `node.anchor`. */
export function wiredOutputs(document: Document, catalog: Catalog): ReadonlySet<string> {
  const wires = wiresOf(document, catalog);
  const known = wired.get(wires) ?? new Set(wires.map(({ source }) => `${source.node}.${source.anchor}`));
  wired.set(wires, known);
  return known;
}
