/** The fields of a table typed by hand, as names with types, and as they stand in the file. */
import { isList, isMapping, type Plain } from "@/document/types";

const text = (value: Plain | undefined): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

/** Each field's name and type, from any of the forms in which they are written. */
export function pairsOf(fields: Plain | undefined): (readonly [string, string])[] {
  if (isMapping(fields)) return Object.entries(fields).map(([name, type]) => [name, text(type)]);
  if (!isList(fields)) return [];
  return fields.map((field) => (isMapping(field) ? [text(field.field), text(field.type)] : [text(field), ""]));
}

/**
 * Names alone where all types are found from the values; else every field says its type. A mapping holds no name twice,
 * as happens while one is typed, and JavaScript would put numbers first: then it is a list.
 */
export function fieldsOf(names: readonly string[], types: readonly string[]): Plain {
  if (types.every((type) => type === "")) return names;
  const pairs = names.map((field, column) => ({ field, type: types[column] || "V_WString" }));
  const mapped = Object.fromEntries(pairs.map(({ field, type }) => [field, type]));
  return Object.keys(mapped).join("\n") === names.join("\n") ? mapped : pairs;
}
