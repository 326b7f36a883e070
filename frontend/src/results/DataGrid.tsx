import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState, type KeyboardEvent } from "react";
import * as api from "@/api/client";
import type { Cell, FieldShape } from "@/api/types";
import { CellViewer } from "./CellViewer";
import { whole } from "./format";
import type { Records } from "./pages";

const HEIGHT = { plain: 26, pictures: 72 };
const NUMBERS = ["Byte", "Int16", "Int32", "Int64", "FixedDecimal", "Float", "Double"];

interface Place {
  readonly row: number;
  readonly column: number;
}

/** Records in a grid that draws only what is seen. Arrows move, Enter or a double-click shows the whole value. */
export function DataGrid({ records }: { records: Records }) {
  const { fields, kept } = records;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const [viewed, setViewed] = useState<Place | null>(null);
  const pictures = fields.some(({ meaning }) => meaning === "image");
  const height = pictures ? HEIGHT.pictures : HEIGHT.plain;
  // eslint-disable-next-line react-hooks/incompatible-library -- the virtualiser redraws this component by itself
  const rows = useVirtualizer({
    count: kept,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: fields.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => widthOf(fields[index]),
    paddingStart: 56,
    overscan: 2,
  });
  const keys = (event: KeyboardEvent): void => {
    const step: Record<string, [number, number]> = {
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      PageDown: [12, 0],
      PageUp: [-12, 0],
    };
    const [down, right] = step[event.key] ?? [0, 0];
    if (event.key === "Enter") setViewed(active);
    else if (down === 0 && right === 0) return;
    event.preventDefault();
    const next = {
      row: Math.max(0, Math.min(kept - 1, active.row + down)),
      column: Math.max(0, Math.min(fields.length - 1, active.column + right)),
    };
    setActive(next);
    rows.scrollToIndex(next.row);
    columns.scrollToIndex(next.column);
  };
  const width = columns.getTotalSize();
  return (
    <>
      <div
        ref={scroller}
        className="grid"
        style={{ "--row": `${height - 1}px` } as object}
        role="grid"
        tabIndex={0}
        aria-label="Records"
        aria-rowcount={kept + 1}
        aria-colcount={fields.length + 1}
        aria-activedescendant={`cell-${active.row}-${active.column}`}
        onKeyDown={keys}
      >
        <div className="grid-head" role="row" style={{ width }}>
          <div className="grid-number" role="columnheader">
            #
          </div>
          {columns.getVirtualItems().map(({ index, start, size }) => (
            <div
              key={index}
              role="columnheader"
              className="grid-name"
              style={{ left: start, width: size }}
              title={describe(fields[index])}
            >
              <span className="ellipsis">{fields[index]?.name}</span>{" "}
              <span className="soft">{fields[index]?.type}</span>
            </div>
          ))}
        </div>
        <div style={{ height: rows.getTotalSize(), width, position: "relative" }} role="rowgroup">
          {rows.getVirtualItems().map(({ index, start }) => {
            const cells = records.row(index);
            return (
              <div
                key={index}
                className="grid-row"
                role="row"
                aria-rowindex={index + 2}
                style={{ top: start, height, width }}
              >
                <div className="grid-number" role="rowheader">
                  {whole(index + 1)}
                </div>
                {columns.getVirtualItems().map(({ index: column, start: left, size }) => (
                  <div
                    key={column}
                    id={`cell-${index}-${column}`}
                    role="gridcell"
                    className={cellClass(
                      fields[column],
                      cells?.[column],
                      index === active.row && column === active.column,
                    )}
                    style={{ left, width: size }}
                    onClick={() => setActive({ row: index, column })}
                    onDoubleClick={() => setViewed({ row: index, column })}
                  >
                    {cells && <Value records={records} row={index} field={fields[column]} cell={cells[column]} />}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
      </div>
      {viewed && <CellViewer records={records} {...viewed} close={() => setViewed(null)} />}
    </>
  );
}

function widthOf(field: FieldShape | undefined): number {
  if (!field) return 120;
  if (field.meaning === "image") return 96;
  const name = field.name.length * 7 + field.type.length * 6 + 32;
  const value = NUMBERS.includes(field.type) || field.type === "Bool" ? 90 : field.type.startsWith("Date") ? 130 : 180;
  return Math.max(90, Math.min(320, Math.max(name, value)));
}

function describe(field: FieldShape | undefined): string {
  if (!field) return "";
  const size = field.size && field.size < 1e9 ? `(${field.size})` : "";
  return [`${field.name}: ${field.type}${size}`, field.source, field.description].filter(Boolean).join("\n");
}

function cellClass(field: FieldShape | undefined, cell: Cell | undefined, active: boolean): string {
  const kinds = [
    "grid-cell",
    active && "active",
    cell === null && "null",
    field && NUMBERS.includes(field.type) && "number-cell",
  ];
  return kinds.filter(Boolean).join(" ");
}

interface ValueProps {
  records: Records;
  row: number;
  field: FieldShape | undefined;
  cell: Cell | undefined;
}

function Value({ records, row, field, cell }: ValueProps) {
  if (cell === null || cell === undefined) return "null";
  if (typeof cell !== "object") return typeof cell === "number" ? numberText(cell) : String(cell);
  if ("text" in cell) return `${cell.text}…`;
  if (cell.image && field) {
    return (
      <img
        src={api.imageUrl(records.stream, row, field.name, 96)}
        alt={`Record ${row + 1}`}
        loading="lazy"
        decoding="async"
      />
    );
  }
  return `${whole(cell.blob)} bytes`;
}

function numberText(value: number): string {
  return Number.isInteger(value) ? whole(value) : value.toLocaleString("en", { maximumFractionDigits: 6 });
}
