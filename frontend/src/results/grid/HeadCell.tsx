import { useState, type PointerEvent } from "react";
import type { ViewQuery } from "@/api/types";
import { Icon } from "@/icons/Icon";
import { NARROWEST, type Column } from "./columns";
import { FilterMenu } from "./FilterMenu";
import { Popover } from "./Popover";
import { sortedBy } from "./query";

interface HeadCellProps {
  readonly column: Column;
  readonly index: number;
  readonly query: ViewQuery;
  readonly ask: (query: ViewQuery) => void;
  readonly hide: () => void;
  readonly resize: (width: number) => void;
}

/** The name of a field: a click sorts, with Shift as one more key; the arrow beside it filters; its edge is drawn. */
export function HeadCell({ column: { field, left, width }, index, query, ask, hide, resize }: HeadCellProps) {
  const [menu, setMenu] = useState<DOMRect | null>(null);
  const place = query.sort.findIndex((key) => key.field === field.name);
  const key = query.sort[place];
  const filtered = query.filters.some((condition) => condition.field === field.name);
  const sortable = field.type !== "Blob" && field.type !== "SpatialObj";
  return (
    <div
      role="columnheader"
      aria-colindex={index + 2}
      aria-sort={key ? (key.descending ? "descending" : "ascending") : "none"}
      className={`grid-name${filtered ? " filtered" : ""}`}
      style={{ left, width }}
      title={describe(field)}
    >
      <button
        className="grid-sort"
        disabled={!sortable}
        onClick={(event) => ask(sortedBy(query, field.name, event.shiftKey || event.ctrlKey))}
        onKeyDown={(event) => {
          const by = event.key === "ArrowRight" ? 20 : event.key === "ArrowLeft" ? -20 : 0;
          if (!event.altKey || by === 0) return;
          event.preventDefault();
          event.stopPropagation();
          resize(Math.max(NARROWEST, width + by));
        }}
      >
        <span className="ellipsis">{field.name}</span>
        <span className="soft">{field.type}</span>
        {key && (
          <span className="grid-order">
            {key.descending ? "▼" : "▲"}
            {query.sort.length > 1 && place + 1}
          </span>
        )}
      </button>
      <button
        className="grid-menu"
        aria-label={`Filter ${field.name}`}
        aria-haspopup="dialog"
        onClick={(event) => setMenu(event.currentTarget.getBoundingClientRect())}
      >
        <Icon name="chevronDown" size={12} />
      </button>
      <span className="grid-edge" onPointerDown={(event) => draw(event, width, resize)} />
      {menu && (
        <Popover label={`Column ${field.name}`} at={menu} close={() => setMenu(null)}>
          <FilterMenu field={field} query={query} ask={ask} hide={hide} close={() => setMenu(null)} />
        </Popover>
      )}
    </div>
  );
}

function draw(event: PointerEvent<HTMLElement>, width: number, resize: (width: number) => void): void {
  const { currentTarget: edge, pointerId, clientX } = event;
  event.preventDefault();
  edge.setPointerCapture(pointerId);
  edge.onpointermove = (moved) => resize(Math.max(NARROWEST, width + moved.clientX - clientX));
  edge.onpointerup = () => (edge.onpointermove = null);
}

function describe(field: Column["field"]): string {
  const size = field.size && field.size < 1e9 ? `(${field.size})` : "";
  return [`${field.name}: ${field.type}${size}`, field.source, field.description].filter(Boolean).join("\n");
}
