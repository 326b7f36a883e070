import { useState } from "react";
import type { FieldShape } from "@/api/types";
import { isMapping, type Mapping, type Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { FieldTypes } from "./FieldTypes";
import { asText, type WidgetProps } from "./Form";
import { useFields } from "./FieldPicker";
import type { Shape } from "./schema";
import { setAll } from "./setting";

interface Row extends Mapping {
  readonly field: string;
}

/** A list of fields that are kept, renamed and retyped is drawn as Select's table. */
export function isFieldTable(shape: Shape): boolean {
  const names = shape.item?.settings.map(({ name }) => name) ?? [];
  return shape.kind === "list" && ["field", "keep", "rename"].every((name) => names.includes(name));
}

/** All fields of the input with those that the settings name, in the order in which they leave. */
export function FieldTable(props: WidgetProps) {
  const fields = useFields(props.node);
  const [dragged, setDragged] = useState<number | null>(null);
  const own = (Array.isArray(props.value) ? (props.value as Plain[]) : []).filter(
    (row): row is Row => isMapping(row) && typeof row.field === "string",
  );
  const named = new Set(own.map(({ field }) => field.toLowerCase()));
  const rows: Row[] = [
    ...own,
    ...fields.filter(({ name }) => !named.has(name.toLowerCase())).map(({ name }) => ({ field: name })),
  ];
  const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const write = (next: readonly Row[]): void => setAll(props, "Configure", next.length > 0 ? next : undefined);
  const change = (index: number, key: string, value: Plain | undefined): void => {
    const entries = Object.entries(rows[index] ?? {}).filter(([name]) => name !== key);
    write(rows.with(index, Object.fromEntries(value === undefined ? entries : [...entries, [key, value]]) as Row));
  };
  const move = (from: number, to: number): void => {
    const row = rows[from];
    if (row && to >= 0 && to < rows.length && to !== from) write(rows.toSpliced(from, 1).toSpliced(to, 0, row));
  };
  if (rows.length === 0) return <p className="soft">Connect the input to see its fields here.</p>;
  return (
    <table className="field-table">
      <thead>
        <tr>
          <th className="narrow">
            <span className="visually-hidden">Move</span>
          </th>
          <th className="narrow">
            <input
              type="checkbox"
              aria-label="Keep all"
              checked={rows.every((row) => row.keep !== false)}
              onChange={(event) => write(rows.map((row) => keeping(row, event.target.checked)))}
            />
          </th>
          <th>Field</th>
          <th>Type</th>
          <th>Size</th>
          <th>Rename</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <FieldRow
            key={row.field}
            row={row}
            live={byName.get(row.field.toLowerCase())}
            known={fields.length > 0}
            change={(key, value) => change(index, key, value)}
            grab={() => setDragged(index)}
            release={() => dragged !== null && (move(dragged, index), setDragged(null))}
            shift={(by) => move(index, index + by)}
          />
        ))}
      </tbody>
    </table>
  );
}

function keeping(row: Row, keep: boolean): Row {
  const rest = Object.fromEntries(Object.entries(row).filter(([name]) => name !== "keep"));
  return { ...rest, field: row.field, ...(keep ? {} : { keep: false }) };
}

interface FieldRowProps {
  row: Row;
  live: FieldShape | undefined;
  known: boolean;
  change: (key: string, value: Plain | undefined) => void;
  grab: () => void;
  release: () => void;
  shift: (by: number) => void;
}

function FieldRow({ row, live, known, change, grab, release, shift }: FieldRowProps) {
  const missing = known && !live;
  return (
    <tr
      className={missing ? "missing" : ""}
      onDragOver={(event) => event.preventDefault()}
      onDrop={release}
      title={missing ? "Missing in the input; it is kept." : undefined}
    >
      <td>
        <button
          type="button"
          className="grip"
          draggable
          aria-label={`Move ${row.field}: Alt and an arrow`}
          onDragStart={grab}
          onKeyDown={({ altKey, key }) => {
            if (altKey && key === "ArrowUp") shift(-1);
            if (altKey && key === "ArrowDown") shift(1);
          }}
        >
          <Icon name="grip" size={12} />
        </button>
      </td>
      <td>
        <input
          type="checkbox"
          aria-label={`Keep ${row.field}`}
          checked={row.keep !== false}
          onChange={(event) => change("keep", event.target.checked ? undefined : false)}
        />
      </td>
      <td className="ellipsis">
        {row.field}
        {missing && <span className="visually-hidden"> (missing)</span>}
      </td>
      <td>
        <FieldTypes
          label={`Type of ${row.field}`}
          value={asText(row.type)}
          standard={live?.type ?? ""}
          change={(type) => change("type", type || undefined)}
        />
      </td>
      <td>
        <input
          className="input size"
          inputMode="numeric"
          aria-label={`Size of ${row.field}`}
          value={asText(row.size)}
          placeholder={live?.size && live.size < 1e9 ? String(live.size) : ""}
          onChange={(event) =>
            change("size", /^\d+$/.test(event.target.value) ? Number(event.target.value) : undefined)
          }
        />
      </td>
      <td>
        <input
          className="input"
          aria-label={`New name of ${row.field}`}
          value={asText(row.rename)}
          onChange={(event) => change("rename", event.target.value || undefined)}
        />
      </td>
    </tr>
  );
}
