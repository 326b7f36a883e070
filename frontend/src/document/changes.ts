/**
 * Changes of a document as data, each with its inverse.
 *
 * There are four; every edit is a list of them. Keys keep their place, so that what an undo restores is the same text.
 */
import { isMapping, type Document, type Mapping, type Plain } from "./types";

export type Path = readonly (string | number)[];

export type Change =
  /** Replace what stands at `path`. */
  | { readonly kind: "set"; readonly path: Path; readonly value: Plain }
  /** Add a key to a mapping, as its `at`th (at the end if left out), or an entry to a list at the path's index. */
  | { readonly kind: "add"; readonly path: Path; readonly value: Plain; readonly at?: number }
  | { readonly kind: "drop"; readonly path: Path }
  /** Give a key another name, at its place. */
  | { readonly kind: "rename"; readonly path: Path; readonly to: string };

/** What stands at `path`; undefined where nothing does. */
export function at(value: Plain | undefined, path: Path): Plain | undefined {
  return path.reduce<Plain | undefined>((inner, key) => {
    if (Array.isArray(inner)) return (inner as readonly Plain[])[Number(key)];
    return isMapping(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined;
  }, value);
}

/** The document with a change made. */
export function apply(document: Document, change: Change): Document {
  return within(document, change.path, change) as Document;
}

/** The change that takes `change` back, from the document before it. */
export function inverse(document: Document, change: Change): Change {
  const { path } = change;
  const key = path.at(-1);
  switch (change.kind) {
    case "set":
      return { kind: "set", path, value: present(document, path) };
    case "add":
      return { kind: "drop", path };
    case "drop": {
      const parent = at(document, path.slice(0, -1));
      const place = isMapping(parent) ? { at: Object.keys(parent).indexOf(String(key)) } : {};
      return { kind: "add", path, value: present(document, path), ...place };
    }
    case "rename":
      return { kind: "rename", path: [...path.slice(0, -1), change.to], to: String(key) };
  }
}

function present(document: Document, path: Path): Plain {
  const value = at(document, path);
  if (value === undefined) throw new Error(`Nothing stands at ${path.join(".")}.`);
  return value;
}

function within(value: Plain | undefined, path: Path, change: Change): Plain {
  const [key, ...rest] = path;
  if (key === undefined) throw new Error("A change needs a path.");
  if (Array.isArray(value)) return inList(value as readonly Plain[], Number(key), rest, change);
  if (isMapping(value)) return inMapping(value, String(key), rest, change);
  throw new Error(`Nothing can stand at ${change.path.join(".")}.`);
}

function inList(list: readonly Plain[], index: number, rest: Path, change: Change): Plain {
  if (rest.length > 0) return list.with(index, within(list[index], rest, change));
  if (change.kind === "set") return list.with(index, change.value);
  if (change.kind === "add") return list.toSpliced(index, 0, change.value);
  if (change.kind === "drop") return list.toSpliced(index, 1);
  throw new Error("An entry of a list has no name.");
}

function inMapping(mapping: Mapping, key: string, rest: Path, change: Change): Plain {
  if (rest.length > 0) return { ...mapping, [key]: within(mapping[key], rest, change) };
  if (change.kind === "set") return { ...mapping, [key]: change.value };
  const entries = Object.entries(mapping);
  if (change.kind === "add") entries.splice(change.at ?? entries.length, 0, [key, change.value]);
  else if (change.kind === "drop") entries.splice(Object.keys(mapping).indexOf(key), 1);
  else return Object.fromEntries(entries.map(([name, value]) => [name === key ? change.to : name, value]));
  return Object.fromEntries(entries);
}
