import type { ClipboardEvent } from "react";
import { nodesOf, type Mapping, type Plain } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { edit, useWorkflow } from "@/state/workflow";
import { fieldsOf, pairsOf } from "./fields";
import { FieldTypes } from "./FieldTypes";
import { asText, Problems, type WidgetProps } from "./Form";

interface Table {
  readonly names: readonly string[];
  /** Empty where a type is found from the values. */
  readonly types: readonly string[];
  readonly rows: readonly (readonly Plain[])[];
}

/** A small table typed by hand: names and types in the head, records below. Tables from a spreadsheet can be pasted. */
export function Grid({ node }: WidgetProps) {
  const table = read(useWorkflow(({ history }) => nodesOf(history.document)[node] ?? {}));
  const change = (next: Table, key = ""): void => write(node, next, key);
  const { names, types, rows } = table;
  const paste = (event: ClipboardEvent): void => {
    const cells = event.clipboardData
      .getData("text/plain")
      .replace(/\r/g, "")
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => line.split("\t"));
    if (cells.length === 1 && cells[0]?.length === 1) return; // one value goes into its cell
    event.preventDefault();
    change(pasted(table, cells));
  };
  return (
    <div className="grid-input" onPaste={paste}>
      <table>
        <thead>
          <tr>
            {names.map((name, column) => (
              <th key={column}>
                <input
                  className="input"
                  aria-label={`Name of field ${column + 1}`}
                  value={name}
                  onChange={(event) =>
                    change({ ...table, names: names.with(column, event.target.value) }, `name ${column}`)
                  }
                />
                <FieldTypes
                  label={`Type of ${name}`}
                  value={types[column] ?? ""}
                  standard=""
                  change={(type) => change({ ...table, types: types.with(column, type) })}
                />
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Remove the field ${name}`}
                  onClick={() => change(withoutColumn(table, column))}
                >
                  <Icon name="trash" size={12} />
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {names.map((name, column) => (
                <td key={column}>
                  <input
                    className="input"
                    aria-label={`${name} of record ${index + 1}`}
                    value={shown(row[column])}
                    placeholder={row[column] === null ? "null" : ""}
                    onChange={(event) =>
                      change(
                        { ...table, rows: rows.with(index, row.with(column, typed(event.target.value))) },
                        `cell ${index} ${column}`,
                      )
                    }
                  />
                </td>
              ))}
              <td>
                <button
                  type="button"
                  className="icon-button"
                  aria-label={`Remove record ${index + 1}`}
                  onClick={() => change({ ...table, rows: rows.toSpliced(index, 1) })}
                >
                  <Icon name="trash" size={12} />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button" onClick={() => change(withColumn(table))}>
        <Icon name="add" size={12} /> Field
      </button>{" "}
      <button
        type="button"
        className="button"
        onClick={() => change({ ...table, rows: [...rows, names.map(() => null)] })}
      >
        <Icon name="add" size={12} /> Record
      </button>
      <Problems node={node} path={["fields"]} />
    </div>
  );
}

function read({ fields, rows }: Mapping): Table {
  const pairs = pairsOf(fields);
  const names = pairs.map(([name]) => name);
  const types = pairs.map(([, type]) => type);
  const records = Array.isArray(rows)
    ? (rows as Plain[]).map((row) => (Array.isArray(row) ? (row as Plain[]) : [row]))
    : [];
  return { names, types, rows: records.map((row) => names.map((_, column) => row[column] ?? null)) };
}

function write(node: string, { names, types, rows }: Table, key: string): void {
  const fields = fieldsOf(names, types);
  edit(
    "Configure",
    (draft) => {
      draft.put(["nodes", node, "fields"], fields);
      draft.put(["nodes", node, "rows"], rows);
    },
    key && `${node} ${key}`,
  );
}

function withColumn({ names, types, rows }: Table): Table {
  let number = names.length + 1;
  while (names.includes(`Field${number}`)) number++;
  return {
    names: [...names, `Field${number}`],
    types: [...types, types.some(Boolean) ? "V_WString" : ""],
    rows: rows.map((row) => [...row, null]),
  };
}

function withoutColumn({ names, types, rows }: Table, column: number): Table {
  const cut = <T,>(list: readonly T[]): T[] => list.toSpliced(column, 1);
  return { names: cut(names), types: cut(types), rows: rows.map(cut) };
}

/** A pasted table: into an empty one with its first line as names, else as further records. */
function pasted(table: Table, cells: string[][]): Table {
  if (table.names.length === 0) {
    const [head = [], ...body] = cells;
    return {
      names: head,
      types: head.map(() => ""),
      rows: body.map((line) => head.map((_, column) => typed(line[column] ?? ""))),
    };
  }
  const lines = cells.map((line) => table.names.map((_, column) => typed(line[column] ?? "")));
  return { ...table, rows: [...table.rows, ...lines] };
}

const shown = (cell: Plain | undefined): string => (typeof cell === "boolean" ? String(cell) : asText(cell));

/** What a typed value is: nothing, a number, a truth value or a text. `007` stays a text. */
function typed(text: string): Plain {
  if (text === "") return null;
  if (text === "true" || text === "false") return text === "true";
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text) && !/\.\d*0$/.test(text) ? Number(text) : text;
}
