/** Names of what is new on the canvas. */
import { namesOf, type Document } from "./types";

/** `CreateSamples` as `create_samples`. */
export function snakeCase(id: string): string {
  return id.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, "_").toLowerCase();
}

/** `wanted`, or `wanted_2`, `wanted_3`, ... whichever is free. */
export function freeName(document: Document, wanted: string, taken: ReadonlySet<string> = new Set()): string {
  const names = new Set([...namesOf(document), ...taken]);
  if (!names.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  for (let number = 2; ; number++) {
    if (!names.has(`${stem}_${number}`)) return `${stem}_${number}`;
  }
}

/** Why `name` cannot be a node's name, or null where it can. */
export function nameRefusal(document: Document, name: string, old: string): string | null {
  if (name === old) return null;
  if (!/^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)) return "Use letters, digits, _ and -, and begin with a letter.";
  return namesOf(document).includes(name) ? `There is a '${name}' already.` : null;
}
