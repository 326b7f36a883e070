import { useState } from "react";
import type { FieldShape } from "@/api/types";

const SHOWN = 300; // names in the list; a search finds the others

interface ColumnChooserProps {
  readonly fields: readonly FieldShape[];
  readonly hidden: ReadonlySet<string>;
  readonly setHidden: (hidden: ReadonlySet<string>) => void;
}

/** Which columns the grid shows. */
export function ColumnChooser({ fields, hidden, setHidden }: ColumnChooserProps) {
  const [search, setSearch] = useState("");
  const found = fields.filter(({ name }) => name.toLowerCase().includes(search.toLowerCase()));
  const toggle = (names: readonly string[], hide: boolean): void => {
    const next = new Set(hidden);
    for (const name of names)
      if (hide) next.add(name);
      else next.delete(name);
    if (next.size < fields.length) setHidden(next);
  };
  return (
    <div className="column-chooser">
      <input
        type="search"
        className="input"
        aria-label="Search columns"
        placeholder="Search columns"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      <div className="row">
        <button
          className="chip"
          onClick={() =>
            toggle(
              found.map(({ name }) => name),
              false,
            )
          }
        >
          Show all
        </button>
        <button
          className="chip"
          onClick={() =>
            toggle(
              found.slice(1).map(({ name }) => name),
              true,
            )
          }
        >
          Only the first
        </button>
      </div>
      <ul>
        {found.slice(0, SHOWN).map(({ name, type }) => (
          <li key={name}>
            <label>
              <input type="checkbox" checked={!hidden.has(name)} onChange={() => toggle([name], !hidden.has(name))} />
              <span className="ellipsis">{name}</span> <span className="soft">{type}</span>
            </label>
          </li>
        ))}
        {found.length > SHOWN && <li className="soft">{found.length - SHOWN} more: search for them.</li>}
      </ul>
    </div>
  );
}
