import { useState } from "react";
import * as api from "@/api/client";
import { notify, notifyError } from "@/state/view";
import { CellViewer } from "./CellViewer";
import { whole } from "./format";
import { Cells } from "./grid/Cells";
import { useQuery } from "./grid/query";
import { only, rectangle, type Selection } from "./grid/selection";
import { Toolbar } from "./grid/Toolbar";
import type { Records } from "./pages";
import { Profile } from "./profile/Profile";

/** Records in a grid, with what finds, orders and takes them away; beside it their profile. */
export function DataGrid({ records }: { records: Records }) {
  const { stream, fields, kept } = records;
  const querying = useQuery(stream, kept);
  const { looked } = querying;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [selection, setSelection] = useState<Selection>(only({ row: 0, column: 0 }));
  const [viewed, setViewed] = useState<Viewed | null>(null);
  const [profiled, setProfiled] = useState(false);
  const shownFields = fields.filter(({ name }) => !hidden.has(name));
  const copy = (): void =>
    void copySelection(
      stream,
      looked.view,
      selection,
      shownFields.map(({ name }) => name),
    );
  return (
    <div className="data">
      <Toolbar
        querying={querying}
        kept={kept}
        fields={fields}
        hidden={hidden}
        setHidden={setHidden}
        source={{
          stream,
          view: looked.view,
          shown: looked.shown,
          names: hidden.size > 0 ? shownFields.map(({ name }) => name) : [],
          partial: kept < records.total,
        }}
        copy={copy}
        profiled={profiled}
        setProfiled={setProfiled}
      />
      <div className="data-body">
        <Cells
          key={`${looked.view} ${[...hidden].join()}`}
          stream={stream}
          fields={shownFields}
          kept={kept}
          querying={querying}
          selection={selection}
          setSelection={setSelection}
          view={setViewed}
          copy={copy}
          hide={(name) => hidden.size + 1 < fields.length && setHidden(new Set([...hidden, name]))}
        />
        {profiled && (
          <Profile
            stream={stream}
            fields={fields}
            chosen={shownFields[selection.to.column]?.name ?? ""}
            partial={kept < records.total}
          />
        )}
      </div>
      {viewed && <CellViewer stream={stream} {...viewed} close={() => setViewed(null)} />}
    </div>
  );
}

export type Viewed = Pick<React.ComponentProps<typeof CellViewer>, "record" | "field" | "cell">;

async function copySelection(
  stream: api.Stream,
  view: string,
  selection: Selection,
  names: readonly string[],
): Promise<void> {
  const { rows, columns } = rectangle(selection);
  const fields = names.slice(columns[0], columns[1] + 1);
  try {
    const text = await api.copied(stream, view, { offset: rows[0], limit: rows[1] - rows[0] + 1, fields });
    await navigator.clipboard.writeText(text);
    notify(`Copied ${whole(rows[1] - rows[0] + 1)} × ${fields.length} cells, with the names of the columns.`);
  } catch (error) {
    notifyError(error);
  }
}
