/** JSON schemas of settings, as pydantic writes them, brought to the few forms that a form distinguishes. */
import type { Mapping, Plain } from "@/document/types";
import { isList, isMapping } from "@/document/types";

export interface Shape {
  readonly kind: "text" | "number" | "integer" | "boolean" | "choice" | "object" | "map" | "list" | "any";
  readonly widget: string;
  readonly title: string;
  readonly description: string;
  readonly standard: Plain | undefined;
  /** Whether leaving it empty is a value: null. */
  readonly optional: boolean;
  readonly choices: readonly Plain[];
  readonly least: number | undefined;
  readonly most: number | undefined;
  /** Of an object: its settings. Those with a constant (`step: scale`) tell its kind and are not asked for. */
  readonly settings: readonly Setting[];
  readonly item: Shape | undefined;
  /** Of a list's items, where there are several kinds of them, told apart by one setting. */
  readonly kinds: readonly Shape[];
  readonly constant: readonly [string, Plain] | undefined;
  readonly hints: Mapping;
}

export interface Setting {
  readonly name: string;
  readonly shape: Shape;
  readonly required: boolean;
}

const known = new WeakMap<Mapping, Shape>();

/** The shape of a tool's settings. */
export function shapeOf(schema: Mapping): Shape {
  const cached = known.get(schema);
  if (cached) return cached;
  const shape = read(schema, isMapping(schema.$defs) ? schema.$defs : {}, "");
  known.set(schema, shape);
  return shape;
}

function read(given: Mapping, defs: Mapping, name: string): Shape {
  const schema = resolve(given, defs);
  const options = alternatives(schema).map((option) => resolve(option, defs));
  const real = options.filter((option) => option.type !== "null");
  const [only] = real;
  if (options.length > 0 && only) {
    const merged = { ...(real.length === 1 ? only : (oneOf(real) ?? best(real))), ...withoutOptions(schema) };
    const shape = { ...read(merged, defs, name), optional: real.length < options.length };
    return shape.optional && shape.kind === "boolean" ? { ...shape, kind: "choice", choices: [true, false] } : shape;
  }
  const base = facts(schema, name);
  if (isMapping(schema.properties)) return { ...base, kind: "object", ...objectParts(schema, schema.properties, defs) };
  if (schema.type === "array" && isMapping(schema.items))
    return { ...base, kind: "list", ...listParts(schema.items, defs) };
  return base;
}

function resolve(schema: Mapping, defs: Mapping): Mapping {
  const reference = typeof schema.$ref === "string" ? defs[schema.$ref.split("/").at(-1) ?? ""] : undefined;
  if (!isMapping(reference)) return schema;
  const own = Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$ref"));
  return { ...reference, ...own };
}

function alternatives(schema: Mapping): Mapping[] {
  const options = schema.anyOf ?? schema.oneOf;
  return Array.isArray(options) ? (options as Mapping[]) : [];
}

/** Options that all are words to choose from, as one choice. */
function oneOf(options: readonly Mapping[]): Mapping | undefined {
  const words = options.map(({ enum: several, const: only }) => several ?? (only === undefined ? undefined : [only]));
  return words.every(isList) ? { type: "string", enum: words.flat() } : undefined;
}

/** Of several ways to write a setting, the one that a form asks for: a text is simplest. */
function best(options: readonly Mapping[]): Mapping {
  return options.find((option) => option.type === "string") ?? options[0] ?? {};
}

function withoutOptions(schema: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(schema).filter(([key]) => !["anyOf", "oneOf", "discriminator"].includes(key)),
  );
}

const KINDS: Record<string, Shape["kind"]> = {
  string: "text",
  number: "number",
  integer: "integer",
  boolean: "boolean",
  object: "map",
};

function facts(schema: Mapping, name: string): Shape {
  const choices = Array.isArray(schema.enum) ? (schema.enum as Plain[]) : [];
  const number = (...keys: string[]) => keys.map((key) => schema[key]).find((value) => typeof value === "number");
  return {
    kind: choices.length > 0 ? "choice" : (KINDS[text(schema.type)] ?? "any"),
    widget: typeof schema.widget === "string" ? schema.widget : "",
    title: text(schema.label) || words(name || text(schema.title)),
    description: typeof schema.description === "string" ? schema.description : "",
    standard: schema.default,
    optional: false,
    choices,
    least: number("minimum", "exclusiveMinimum"),
    most: number("maximum", "exclusiveMaximum"),
    settings: [],
    item: undefined,
    kinds: [],
    constant: undefined,
    hints: schema,
  };
}

function objectParts(schema: Mapping, properties: Mapping, defs: Mapping): Pick<Shape, "settings" | "constant"> {
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const entries = Object.entries(properties).filter((entry): entry is [string, Mapping] => isMapping(entry[1]));
  const constant = entries.find(([, property]) => property.const !== undefined);
  return {
    constant: constant ? [constant[0], constant[1].const ?? null] : undefined,
    settings: entries
      .filter(([, property]) => property.const === undefined)
      .map(([name, property]) => ({ name, shape: read(property, defs, name), required: required.includes(name) })),
  };
}

function listParts(items: Mapping, defs: Mapping): Pick<Shape, "item" | "kinds"> {
  const options = alternatives(items).map((option) => read(option, defs, ""));
  const kinds = options.filter((option) => option.kind === "object" && option.constant);
  return { item: read(items, defs, ""), kinds };
}

const text = (value: Plain | undefined): string => (typeof value === "string" ? value : "");

/** What stands in an empty control: its default, or what it comes to. */
export const placeholderOf = ({ standard, hints }: Shape): string => {
  if (standard === undefined || standard === null || standard === "") return text(hints.none);
  return typeof standard === "string" ? standard : JSON.stringify(standard);
};

/** Texts that are often put there. */
export const examplesOf = ({ hints }: Shape): readonly string[] =>
  isList(hints.examples) ? hints.examples.filter((example) => typeof example === "string") : [];

/** Words that are written in a way of their own. */
const SPELT = [
  "CSV",
  "JSON",
  "JSONL",
  "XLSX",
  "XML",
  "SQL",
  "URL",
  "ID",
  "BMP",
  "JPEG",
  "PNG",
  "EXIF",
  "LF",
  "CRLF",
  "px",
];

/** `on_bad_image` as `On bad image`, `csv` as `CSV`. */
export function words(name: string): string {
  const spelt = (word: string): string => SPELT.find((known) => known.toLowerCase() === word.toLowerCase()) ?? word;
  const text = name.replaceAll("_", " ").trim().split(" ").map(spelt).join(" ");
  return text === "px" ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** The kind of an item in a list of several kinds. */
export function kindOf(shape: Shape, item: Plain): Shape | undefined {
  if (shape.kinds.length === 0) return shape.item;
  return shape.kinds.find(({ constant }) => constant && isMapping(item) && item[constant[0]] === constant[1]);
}

/** A new item of a list: what tells its kind, and a start for what is required. */
export function newItem(shape: Shape): Plain {
  if (shape.kind !== "object") return shape.standard ?? (shape.kind === "number" || shape.kind === "integer" ? 0 : "");
  const start = shape.settings
    .filter(({ required }) => required)
    .map(({ name, shape: inner }) => [
      name,
      inner.kind === "object" ? newItem(inner) : (inner.standard ?? inner.choices[0] ?? blank(inner)),
    ]);
  return {
    ...(shape.constant ? { [shape.constant[0]]: shape.constant[1] } : {}),
    ...(Object.fromEntries(start) as Mapping),
  };
}

function blank({ kind, least, hints: { examples } }: Shape): Plain {
  if (Array.isArray(examples) && examples[0] !== undefined) return examples[0] as Plain;
  if (kind === "number" || kind === "integer") return Math.max(least ?? 0, 0);
  return kind === "boolean" ? false : kind === "list" ? [] : "";
}
