/** Counts crossed into rows and columns, with sums and shares. Pure. */
import type { Combinations } from "@/api/types";
import type { Wanted } from "../gallery/store";

export type Measure = "count" | "row" | "column" | "all";

export interface Crossed {
  readonly rows: readonly Wanted[];
  readonly columns: readonly Wanted[];
  /** Counts, a list a row. */
  readonly counts: readonly (readonly number[])[];
  readonly rowSums: readonly number[];
  readonly columnSums: readonly number[];
  readonly total: number;
  /** Whether rows and columns hold the same values: the diagonal is where they agree. */
  readonly square: boolean;
}

/** Cross two fields; all others are summed over. */
export function cross({ fields, values, counts }: Combinations, rowField: string, columnField: string): Crossed {
  const place = (name: string): number => fields.indexOf(name);
  const [rowAt, columnAt] = [place(rowField), place(columnField)];
  const rows = distinct(values.map((one) => one[rowAt] as Wanted));
  const columns = distinct(values.map((one) => one[columnAt] as Wanted));
  const union = distinct([...rows, ...columns]);
  const square = rows.some((row) => columns.includes(row)) && union.length <= Math.max(rows.length, columns.length);
  const [down, across] = square ? [union, union] : [rows, columns];
  const table = down.map(() => across.map(() => 0));
  values.forEach((one, index) => {
    const row = table[down.indexOf(one[rowAt] as Wanted)];
    const column = across.indexOf(one[columnAt] as Wanted);
    if (row) row[column] = (row[column] ?? 0) + (counts[index] ?? 0);
  });
  const rowSums = table.map(sum);
  const columnSums = across.map((_, column) => sum(table.map((row) => row[column] ?? 0)));
  return { rows: down, columns: across, counts: table, rowSums, columnSums, total: sum(rowSums), square };
}

/** The share of a cell; a row or column of -1 stands for its sum. */
export function shareOf(crossed: Crossed, measure: Measure, row: number, column: number): number {
  const { rowSums, columnSums, total } = crossed;
  const of = {
    count: total,
    all: total,
    row: row < 0 ? total : rowSums[row],
    column: column < 0 ? total : columnSums[column],
  };
  return of[measure] ? countOf(crossed, row, column) / of[measure] : 0;
}

export function countOf({ counts, rowSums, columnSums, total }: Crossed, row: number, column: number): number {
  if (row < 0) return column < 0 ? total : (columnSums[column] ?? 0);
  return column < 0 ? (rowSums[row] ?? 0) : (counts[row]?.[column] ?? 0);
}

/** The share of all that lies on the diagonal. */
export const agreement = ({ counts, total }: Crossed): number =>
  total ? sum(counts.map((row, index) => row[index] ?? 0)) / total : 0;

const sum = (values: readonly number[]): number => values.reduce((one, other) => one + other, 0);

function distinct(values: readonly Wanted[]): Wanted[] {
  return [...new Set(values)].sort((a, b) =>
    a === null || b === null
      ? a === null
        ? -1
        : 1
      : typeof a === "number" && typeof b === "number"
        ? a - b
        : compare(String(a), String(b)),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
