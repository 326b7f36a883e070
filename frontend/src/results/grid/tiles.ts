/** The cells around what is seen, fetched in tiles of rows by columns; those far away are forgotten. */
import * as api from "@/api/client";
import type { Cell, Page } from "@/api/types";

export const ROWS = 50;
export const COLUMNS = 12;
export const KEPT = 8; // tiles: 4,800 cells
const PATIENCE = 30; // ms that one must look at a place before it is fetched

interface Asked {
  readonly abort: AbortController;
  page?: Page;
}

export class Tiles {
  private readonly tiles = new Map<string, Asked>();
  private readonly listeners = new Set<() => void>();
  private timer = 0;
  version = 0;
  /** Why the last tile did not come; a view that is gone has the status 410. */
  failure: api.Refused | null = null;

  constructor(
    private readonly stream: api.Stream,
    private readonly view: string,
    private readonly fields: readonly string[],
  ) {}

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** The value, or undefined while it is on its way. */
  cell(row: number, column: number): Cell | undefined {
    return this.tile(row, column)?.rows[row % ROWS]?.[column % COLUMNS];
  }

  /** The record's own number. */
  number(row: number, column: number): number | undefined {
    return this.tile(row, column)?.numbers[row % ROWS];
  }

  get cells(): number {
    return [...this.tiles.values()].reduce(
      (sum, { page }) => sum + (page ? page.rows.length * page.fields.length : 0),
      0,
    );
  }

  /** Fetch what is seen, `last` exclusive; what is on its way for another place is called back. */
  want(rows: readonly [number, number], columns: readonly [number, number]): void {
    const wanted: string[] = [];
    for (let row = Math.floor(rows[0] / ROWS); row * ROWS < rows[1]; row++)
      for (let column = Math.floor(columns[0] / COLUMNS); column * COLUMNS < columns[1]; column++)
        wanted.push(`${row} ${column}`);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.fetch(wanted), PATIENCE);
  }

  close(): void {
    clearTimeout(this.timer);
    for (const { abort } of this.tiles.values()) abort.abort();
    this.tiles.clear();
  }

  private tile(row: number, column: number): Page | undefined {
    return this.tiles.get(`${Math.floor(row / ROWS)} ${Math.floor(column / COLUMNS)}`)?.page;
  }

  private fetch(wanted: readonly string[]): void {
    for (const [key, { page, abort }] of this.tiles)
      if (!page && !wanted.includes(key)) {
        abort.abort();
        this.tiles.delete(key);
      }
    for (const key of wanted) {
      const known = this.tiles.get(key);
      if (known) {
        this.tiles.delete(key); // to the end: it was looked at last
        this.tiles.set(key, known);
      } else void this.ask(key);
    }
    const room = Math.max(KEPT, wanted.length);
    for (const key of [...this.tiles.keys()].slice(0, -room)) this.tiles.delete(key);
  }

  private async ask(key: string): Promise<void> {
    const [row = 0, column = 0] = key.split(" ").map(Number);
    const asked: Asked = { abort: new AbortController() };
    this.tiles.set(key, asked);
    const fields = this.fields.slice(column * COLUMNS, (column + 1) * COLUMNS);
    try {
      const part = { offset: row * ROWS, limit: ROWS, fields };
      asked.page = await api.cells(this.stream, this.view, part, asked.abort.signal);
      this.failure = null;
    } catch (error) {
      if (asked.abort.signal.aborted) return;
      this.tiles.delete(key);
      this.failure = error as api.Refused;
    }
    this.version++;
    for (const listener of this.listeners) listener();
  }
}
