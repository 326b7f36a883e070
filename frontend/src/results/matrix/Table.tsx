import { useState, type CSSProperties, type KeyboardEvent } from "react";
import type { Wanted } from "../gallery/store";
import { whole } from "../format";
import { countOf, shareOf, type Crossed, type Measure } from "./cross";

interface Props {
  crossed: Crossed;
  measure: Measure;
  row: string;
  column: string;
  /** Shows the records of a cell; undefined stands for any value. */
  open: ((row: Wanted, column: Wanted) => void) | undefined;
}

/** The cells with their sums. Arrows move, Enter or a click opens what a cell counts. */
export function Table({ crossed, measure, row, column, open }: Props) {
  const { rows, columns } = crossed;
  const [active, setActive] = useState({ row: 0, column: 0 });
  const down = [...rows.keys(), -1]; // -1: the sums
  const across = [...columns.keys(), -1];
  const keys = (event: KeyboardEvent<HTMLElement>): void => {
    const steps: Record<string, [number, number]> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
    };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = {
      row: Math.max(0, Math.min(down.length - 1, active.row + step[0])),
      column: Math.max(0, Math.min(across.length - 1, active.column + step[1])),
    };
    setActive(next);
    event.currentTarget.querySelector<HTMLElement>(`[data-cell="${next.row} ${next.column}"]`)?.focus();
  };
  const cell = (rowAt: number, columnAt: number, place: { row: number; column: number }) => {
    const count = countOf(crossed, rowAt, columnAt);
    const title = describe(crossed, row, column, rowAt, columnAt);
    const content = (
      <>
        <span>{measure === "count" ? whole(count) : percent(shareOf(crossed, measure, rowAt, columnAt))}</span>
        <small>{measure === "count" ? percent(shareOf(crossed, "row", rowAt, columnAt)) : whole(count)}</small>
      </>
    );
    return (
      <td key={columnAt} className={kind(crossed, rowAt, columnAt)} style={shade(crossed, measure, rowAt, columnAt)}>
        {open && count > 0 ? (
          <button
            data-cell={`${place.row} ${place.column}`}
            tabIndex={active.row === place.row && active.column === place.column ? 0 : -1}
            title={`${title}. Show them.`}
            aria-label={title}
            onFocus={() => setActive(place)}
            onClick={() => open(rows[rowAt], columns[columnAt])}
          >
            {content}
          </button>
        ) : (
          <div
            title={title}
            tabIndex={active.row === place.row && active.column === place.column ? 0 : -1}
            data-cell={`${place.row} ${place.column}`}
          >
            {content}
          </div>
        )}
      </td>
    );
  };
  return (
    <div className="scroll matrix-scroll">
      <table className="matrix-table" onKeyDown={keys} aria-label={`${row} by ${column}`}>
        <thead>
          <tr>
            <th className="matrix-corner" rowSpan={2} scope="col">
              {row}
            </th>
            <th className="matrix-field" colSpan={columns.length} scope="colgroup">
              {column}
            </th>
            <th rowSpan={2} scope="col">
              Totals
            </th>
          </tr>
          <tr>
            {columns.map((value) => (
              <th key={String(value)} scope="col">
                {shown(value)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {down.map((rowAt, line) => (
            <tr key={rowAt}>
              <th scope="row">{rowAt < 0 ? "Totals" : shown(rows[rowAt])}</th>
              {across.map((columnAt, place) => cell(rowAt, columnAt, { row: line, column: place }))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Green where both sides agree and red where they do not; of other tables, blue. */
function kind({ square }: Crossed, row: number, column: number): string {
  if (row < 0 || column < 0) return "total";
  return square ? (row === column ? "right" : "wrong") : "plain";
}

/** The more of its row (or column) a cell holds, the fuller its colour. */
function shade(crossed: Crossed, measure: Measure, row: number, column: number): CSSProperties {
  if (row < 0 || column < 0) return {};
  const share = shareOf(crossed, measure === "column" ? "column" : "row", row, column);
  return { "--part": `${Math.round(45 * share + (share > 0 ? 3 : 0))}%` } as CSSProperties;
}

function describe(crossed: Crossed, row: string, column: string, rowAt: number, columnAt: number): string {
  const said = [
    rowAt < 0 ? "" : `${row} ${shown(crossed.rows[rowAt])}`,
    columnAt < 0 ? "" : `${column} ${shown(crossed.columns[columnAt])}`,
  ].filter(Boolean);
  const count = whole(countOf(crossed, rowAt, columnAt));
  const ofRow = rowAt >= 0 && columnAt >= 0 ? `, ${percent(shareOf(crossed, "row", rowAt, columnAt))} of the row` : "";
  return `${said.join(", ") || "All"}: ${count}${ofRow}`;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const shown = (value: Wanted): string => (value === null ? "[Null]" : value === "" ? "[Empty]" : String(value));
