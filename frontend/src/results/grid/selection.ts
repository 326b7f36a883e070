/** Which cells are selected: a rectangle from where it began to where one is. */

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface Selection {
  readonly from: Place;
  readonly to: Place;
}

export interface Size {
  readonly rows: number;
  readonly columns: number;
  /** Rows of a screen. */
  readonly page: number;
}

export const only = (place: Place): Selection => ({ from: place, to: place });

export function rectangle({ from, to }: Selection): { rows: [number, number]; columns: [number, number] } {
  return {
    rows: [Math.min(from.row, to.row), Math.max(from.row, to.row)],
    columns: [Math.min(from.column, to.column), Math.max(from.column, to.column)],
  };
}

export function includes(selection: Selection, row: number, column: number): boolean {
  const { rows, columns } = rectangle(selection);
  return row >= rows[0] && row <= rows[1] && column >= columns[0] && column <= columns[1];
}

/** All columns of a row, or of all rows up to it. */
export const wholeRow = (row: number, columns: number, from = row): Selection => ({
  from: { row: from, column: 0 },
  to: { row, column: columns - 1 },
});

interface Key {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** Where a key leads; null for a key that leads nowhere. With Shift the rectangle grows. */
export function keyed(selection: Selection, event: Key, size: Size): Selection | null {
  const far = event.ctrlKey || event.metaKey;
  const last = { row: Math.max(0, size.rows - 1), column: Math.max(0, size.columns - 1) };
  if (far && event.key.toLowerCase() === "a") return { from: { row: 0, column: 0 }, to: last };
  const { row, column } = selection.to;
  const places: Record<string, Place> = {
    ArrowDown: { row: far ? last.row : row + 1, column },
    ArrowUp: { row: far ? 0 : row - 1, column },
    ArrowRight: { row, column: far ? last.column : column + 1 },
    ArrowLeft: { row, column: far ? 0 : column - 1 },
    PageDown: { row: row + size.page, column },
    PageUp: { row: row - size.page, column },
    Home: { row: far ? 0 : row, column: 0 },
    End: { row: far ? last.row : row, column: last.column },
    Escape: { row, column },
  };
  const place = places[event.key];
  if (!place) return null;
  const to = {
    row: Math.max(0, Math.min(last.row, place.row)),
    column: Math.max(0, Math.min(last.column, place.column)),
  };
  return event.shiftKey ? { from: selection.from, to } : only(to);
}
