import { useState } from "react";
import type { FieldShape } from "@/api/types";
import { at } from "@/document/changes";
import { nodesOf, type Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { useWorkflow } from "@/state/workflow";
import { allRows, keeping, namedRows, writtenRows, type Row } from "./fieldRows";
import { FieldTypes } from "./FieldTypes";
import { asText, type WidgetProps } from "./Form";
import { useFields } from "./FieldPicker";
import type { Shape } from "./schema";
import { setAll } from "./setting";

/** A list of fields that are kept, renamed and retyped is drawn as Select's table. */
export function isFieldTable(shape: Shape): boolean {
  const names = shape.item?.settings.map(({ name }) => name) ?? [];
  return shape.kind === "list" && ["field", "keep", "rename"].every((name) => names.includes(name));
}

/** All fields of the input with those that the settings name, in the order in which they leave. */
export function FieldTable(props: WidgetProps) {
  const fields = useFields(props.node);
  const [dragged, setDragged] = useState<number | null>(null);
  const unknown = useUnknown(props);
  const named = namedRows(props.value);
  const rows = allRows(
    named,
    fields.map(({ name }) => name),
    unknown,
  );
  const byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  const write = (next: readonly Row[]): void => {
    const written = writtenRows(next, named, unknown);
    setAll(props, "Configure", written.length > 0 ? written : undefined);
  };
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

/** Whether fields that are not named leave too: a setting beside the table. */
function useUnknown({ node, path }: WidgetProps): boolean {
  return useWorkflow(({ history }) => at(nodesOf(history.document)[node], [...path.slice(0, -1), "unknown"]) !== false);
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
