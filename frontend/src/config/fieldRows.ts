/** The rows of Select's table: the fields that the settings name, then the others of the input. */
import { isMapping, type Mapping, type Plain } from "@/document/types";

export interface Row extends Mapping {
  readonly field: string;
}

/** Those that the settings name. */
export function namedRows(value: Plain | undefined): Row[] {
  const entries = Array.isArray(value) ? (value as readonly Plain[]) : [];
  return entries.filter((row): row is Row => isMapping(row) && typeof row.field === "string");
}

/** All rows, in the order in which they leave. `unknown`: whether fields that are not named leave too. */
export function allRows(named: readonly Row[], fields: readonly string[], unknown: boolean): Row[] {
  const known = new Set(named.map(keyOf));
  const others = fields.filter((field) => !known.has(field.toLowerCase()));
  return [...named, ...others.map((field) => ({ field, ...(unknown ? {} : { keep: false }) }))];
}

/** The rows as the settings hold them: what does not leave because it was never named stays unnamed. */
export function writtenRows(rows: readonly Row[], named: readonly Row[], unknown: boolean): readonly Row[] {
  if (unknown) return rows;
  const known = new Set(named.map(keyOf));
  return rows.filter((row) => row.keep !== false || Object.keys(row).length > 2 || known.has(keyOf(row)));
}

/** The row with or without its field. */
export function keeping(row: Row, keep: boolean): Row {
  const rest = Object.fromEntries(Object.entries(row).filter(([name]) => name !== "keep"));
  return { ...rest, field: row.field, ...(keep ? {} : { keep: false }) };
}

const keyOf = ({ field }: Row): string => field.toLowerCase();
