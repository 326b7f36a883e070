import {
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type KeyboardEvent,
  type PointerEvent,
} from "react";
import type * as api from "@/api/client";
import type { FieldShape } from "@/api/types";
import type { Viewed } from "../DataGrid";
import { whole } from "../format";
import { laidOut, seenColumns } from "./columns";
import { HeadCell } from "./HeadCell";
import type { Querying } from "./query";
import { layoutHeight } from "./scroll";
import { includes, keyed, only, wholeRow, type Place, type Selection } from "./selection";
import { Tiles } from "./tiles";
import { useScroll } from "./useScroll";
import { cellClass, Value } from "./Value";

const HEIGHT = { plain: 26, pictures: 72 };
const HEAD = 28;

interface CellsProps {
  readonly stream: api.Stream;
  readonly fields: readonly FieldShape[];
  readonly kept: number;
  readonly querying: Querying;
  readonly selection: Selection;
  readonly setSelection: (selection: Selection) => void;
  readonly view: (viewed: Viewed) => void;
  readonly copy: () => void;
  readonly hide: (field: string) => void;
}

/** The cells that are seen. Arrows move, Shift selects, Enter or a double-click shows the whole value. */
export function Cells({ stream, fields, kept, querying, selection, setSelection, view, copy, hide }: CellsProps) {
  const { looked, asked, ask } = querying;
  const { shown } = looked;
  const [widths, setWidths] = useState<ReadonlyMap<string, number>>(new Map());
  const height = fields.some(({ meaning }) => meaning === "image") ? HEIGHT.pictures : HEIGHT.plain;
  const numbers = 24 + 8 * whole(kept).length; // a view shows the records' own numbers
  const columns = useMemo(() => laidOut(fields, widths, numbers), [fields, widths, numbers]);
  const element = useRef<HTMLDivElement>(null);
  const scroll = useScroll(element, shown * height, HEAD);
  const tiles = useTiles(stream, looked.view, fields);

  const first = Math.max(0, Math.floor(scroll.top / height));
  const last = Math.min(shown, Math.ceil((scroll.top + scroll.seen) / height) + 1);
  const [from, to] = seenColumns(columns, scroll.left + numbers, Math.max(0, scroll.width - numbers));
  useEffect(() => {
    if (last > first && to > from) tiles.want([first, last], [from, to]);
  }, [tiles, first, last, from, to]);
  useEffect(() => {
    if (tiles.failure?.status === 410) ask(looked.query); // the server has forgotten the view, or the run went on
  });

  const show = ({ row, column }: Place): void => {
    scroll.show(row * height, height);
    const found = columns[column];
    if (found) scroll.showAcross(found.left, found.width, numbers);
  };
  const open = ({ row, column }: Place): void => {
    const [field, cell, record] = [fields[column], tiles.cell(row, column), tiles.number(row, column)];
    if (field && cell !== undefined && record !== undefined) view({ field, cell, record });
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) return;
    const size = { rows: shown, columns: fields.length, page: Math.max(1, Math.floor(scroll.seen / height) - 1) };
    const next = keyed(selection, event, size);
    if (next) {
      setSelection(next);
      if (!(event.key === "a" || event.key === "A")) show(next.to);
    } else if (event.key === "Enter") open(selection.to);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "c") copy();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const point = (event: PointerEvent): void => {
    const place = placeOf(event);
    if (!place || event.button !== 0) return;
    if (place.column < 0)
      setSelection(wholeRow(place.row, fields.length, event.shiftKey ? selection.from.row : place.row));
    else setSelection(event.shiftKey ? { from: selection.from, to: place } : only(place));
  };
  const drag = (event: PointerEvent): void => {
    const place = event.buttons === 1 ? placeOf(event) : null;
    if (place && place.column >= 0 && !includes(only(selection.to), place.row, place.column))
      setSelection({ from: selection.from, to: place });
  };
  const right = columns.at(-1);
  const width = right ? right.left + right.width : numbers;
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, index) => first + index);
  return (
    <div
      ref={element}
      className={`grid${asked ? " asked" : ""}`}
      style={{ "--row": `${height - 1}px`, "--numbers": `${numbers}px` } as object}
      role="grid"
      tabIndex={0}
      aria-label="Records"
      aria-busy={asked !== null}
      aria-multiselectable
      aria-rowcount={shown + 1}
      aria-colcount={fields.length + 1}
      aria-activedescendant={`cell-${selection.to.row}-${selection.to.column}`}
      onScroll={scroll.onScroll}
      onPointerDown={scroll.onPointerDown}
      onKeyDown={keys}
    >
      <div className="grid-head" role="row" aria-rowindex={1} style={{ width }}>
        <div className="grid-number" role="columnheader" aria-colindex={1} title="The number of the record">
          #
        </div>
        {columns.slice(from, to).map((column, index) => (
          <HeadCell
            key={column.field.name}
            column={column}
            index={from + index}
            query={asked ?? looked.query}
            ask={ask}
            hide={() => hide(column.field.name)}
            resize={(wide) => setWidths(new Map([...widths, [column.field.name, wide]]))}
          />
        ))}
      </div>
      <div
        className="grid-body"
        role="rowgroup"
        style={{ height: layoutHeight({ total: shown * height, seen: scroll.seen }), width }}
        onPointerDown={point}
        onPointerMove={drag}
        onDoubleClick={(event) => {
          const place = placeOf(event);
          if (place && place.column >= 0) open(place);
        }}
      >
        {rows.map((row) => (
          <div
            key={row}
            className="grid-row"
            role="row"
            aria-rowindex={row + 2}
            style={{ top: row * height - scroll.top + scroll.real, height, width }}
          >
            <div className="grid-number" role="rowheader" aria-colindex={1} data-row={row} data-column={-1}>
              {numberOf(tiles.number(row, from))}
            </div>
            {columns.slice(from, to).map(({ field, left, width: wide }, index) => {
              const column = from + index;
              const cell = tiles.cell(row, column);
              const active = row === selection.to.row && column === selection.to.column;
              return (
                <div
                  key={field.name}
                  id={`cell-${row}-${column}`}
                  role="gridcell"
                  aria-colindex={column + 2}
                  aria-selected={includes(selection, row, column)}
                  data-row={row}
                  data-column={column}
                  className={cellClass(field, cell) + (active ? " active" : "")}
                  style={{ left, width: wide }}
                >
                  {cell !== undefined && (
                    <Value stream={stream} record={tiles.number(row, column) ?? row} field={field} cell={cell} />
                  )}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {shown === 0 && (
        <p className="grid-none soft">{looked.view ? "No record is like that." : "There are no records."}</p>
      )}
    </div>
  );
}

function useTiles(stream: api.Stream, view: string, fields: readonly FieldShape[]): Tiles {
  const names = fields.map(({ name }) => name).join("\0");
  const tiles = useMemo(() => new Tiles(stream, view, names.split("\0")), [stream, view, names]);
  useEffect(() => () => tiles.close(), [tiles]);
  useSyncExternalStore(tiles.subscribe, () => tiles.version);
  return tiles;
}

const numberOf = (record: number | undefined): string => (record === undefined ? "" : whole(record + 1));

function placeOf(event: { target: EventTarget }): Place | null {
  const found = (event.target as Element).closest<HTMLElement>("[data-row]");
  return found && { row: Number(found.dataset.row), column: Number(found.dataset.column) };
}
