/** A document being edited: what an edit does to it is recorded as changes and their inverses. */
import { apply, at, inverse, type Change, type Path } from "./changes";
import type { Document, Plain } from "./types";

export class Draft {
  readonly changes: Change[] = [];
  /** Takes everything back, in the order in which it must happen. */
  readonly inverses: Change[] = [];

  constructor(public document: Document) {}

  /** What stands at `path` now. */
  get(path: Path): Plain | undefined {
    return at(this.document, path);
  }

  /** Set a value, with the mappings around it where they are missing; a value that stands there already is no change. */
  put(path: Path, value: Plain, place?: number): void {
    const parent = path.slice(0, -1);
    if (parent.length > 0 && !isContainer(this.get(parent))) this.put(parent, {});
    const old = this.get(path);
    const index = place ?? (path.length === 1 ? placeOf(String(path[0]), this.document) : undefined);
    if (old === undefined) this.do({ kind: "add", path, value, ...(index === undefined ? {} : { at: index }) });
    else if (JSON.stringify(old) !== JSON.stringify(value)) this.do({ kind: "set", path, value });
  }

  /** Insert into a list, before the entry that stands at the path's index now. */
  insert(path: Path, value: Plain): void {
    const parent = path.slice(0, -1);
    if (!Array.isArray(this.get(parent))) this.put(parent, []);
    this.do({ kind: "add", path, value });
  }

  /** Add to the end of a list. */
  push(path: Path, value: Plain): void {
    const list = this.get(path);
    this.insert([...path, Array.isArray(list) ? list.length : 0], value);
  }

  /** Remove what stands at `path`, if anything does. */
  drop(path: Path): void {
    if (this.get(path) !== undefined) this.do({ kind: "drop", path });
  }

  /** Give a key another name, at its place. */
  rename(path: Path, to: string): void {
    if (this.get(path) !== undefined && path.at(-1) !== to) this.do({ kind: "rename", path, to });
  }

  private do(change: Change): void {
    this.inverses.unshift(inverse(this.document, change));
    this.document = apply(this.document, change);
    this.changes.push(change);
  }
}

function isContainer(value: Plain | undefined): boolean {
  return typeof value === "object" && value !== null;
}

const SECTIONS = [
  "flowrun",
  "name",
  "description",
  "constants",
  "runtime",
  "nodes",
  "connections",
  "containers",
  "comments",
  "layout",
];

/** Where a new section goes: before those that come after it in a file written by hand. */
function placeOf(section: string, document: Document): number | undefined {
  const later = SECTIONS.slice(SECTIONS.indexOf(section) + 1);
  const place = Object.keys(document).findIndex((key) => later.includes(key));
  return place < 0 || !SECTIONS.includes(section) ? undefined : place;
}

/** An edit: a function that changes a draft. */
export type Edit = (draft: Draft) => void;
