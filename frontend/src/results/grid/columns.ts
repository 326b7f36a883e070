/** The columns of a grid: how wide they are, where they begin, which are seen. */
import type { FieldShape } from "@/api/types";

export const NUMBERS = ["Byte", "Int16", "Int32", "Int64", "FixedDecimal", "Float", "Double"];
export const TEXTS = ["String", "WString", "V_String", "V_WString"];
export const NARROWEST = 48;

export interface Column {
  readonly field: FieldShape;
  readonly left: number;
  readonly width: number;
}

/** Columns side by side after the numbers of the records. */
export function laidOut(fields: readonly FieldShape[], widths: ReadonlyMap<string, number>, start: number): Column[] {
  let left = start;
  return fields.map((field) => {
    const width = widths.get(field.name) ?? widthOf(field);
    left += width;
    return { field, left: left - width, width };
  });
}

/** The first and the last column (exclusive) that reach into what is seen. */
export function seenColumns(columns: readonly Column[], left: number, width: number): [number, number] {
  let first = columns.findIndex((column) => column.left + column.width > left);
  if (first < 0) first = columns.length;
  let last = first;
  while ((columns[last]?.left ?? Infinity) < left + width) last++;
  return [first, last];
}

function widthOf(field: FieldShape): number {
  const name = field.name.length * 7.5 + field.type.length * 6 + 72;
  const value = NUMBERS.includes(field.type) || field.type === "Bool" ? 90 : field.type.startsWith("Date") ? 140 : 180;
  return field.meaning === "image" ? Math.max(110, Math.min(name, 200)) : Math.max(value, Math.min(name, 320));
}
