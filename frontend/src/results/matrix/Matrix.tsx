import { useEffect, useMemo, useState } from "react";
import * as api from "@/api/client";
import type { Combinations } from "@/api/types";
import { showPictures } from "../gallery/show";
import type { Wanted } from "../gallery/store";
import { counted, whole } from "../format";
import { agreement, cross, type Measure } from "./cross";
import { useRun } from "@/run/store";
import type { Source } from "./source";
import { Table } from "./Table";
import "./matrix.css";

const MEASURES: Record<Measure, string> = {
  count: "counts",
  row: "per cent of the row",
  column: "per cent of the column",
  all: "per cent of all",
};
const LARGEST = 40_000; // cells that a browser draws at ease

/** Counts crossed: a confusion matrix, or any other pivot. It can be turned, and a cell opens its pictures. */
export function Matrix({ source }: { source: Source }) {
  const { found, problem } = useCounts(source);
  const [measure, setMeasure] = useState<Measure>("count");
  const [sides, setSides] = useState<{ row: string; column: string } | null>(null);
  const fields = found?.fields ?? source.fields;
  const row = sides && fields.includes(sides.row) ? sides.row : (fields[0] ?? "");
  const column = sides && fields.includes(sides.column) ? sides.column : (fields[1] ?? "");
  const crossed = useMemo(() => found && cross(found, row, column), [found, row, column]);
  if (problem) return <p className="empty">{problem}</p>;
  if (!found || !crossed) return <p className="empty">Counting …</p>;
  const turn = (news: Partial<{ row: string; column: string }>): void => {
    const next = { row, column, ...news };
    // A field that is taken for one side leaves the other to the one that was there.
    setSides(next.row === next.column ? { row: column, column: row } : next);
  };
  const { pictures } = source;
  const open = pictures
    ? (down: Wanted, across: Wanted): void => {
        showPictures(pictures, given({ [row]: down, [column]: across }));
      }
    : undefined;
  return (
    <div className="matrix">
      <div className="gallery-bar">
        <Choice label="Rows" value={row} options={fields} change={(name) => turn({ row: name })} />
        <button
          className="icon-button"
          aria-label="Exchange rows and columns"
          title="Exchange"
          onClick={() => turn({ row: column })}
        >
          <span aria-hidden="true">⇄</span>
        </button>
        <Choice label="Columns" value={column} options={fields} change={(name) => turn({ column: name })} />
        <Choice
          label="Show"
          value={measure}
          options={Object.keys(MEASURES)}
          names={MEASURES}
          change={(one) => setMeasure(one as Measure)}
        />
        <span className="soft gallery-count" role="status">
          {summary(found, crossed.total)}
          {crossed.square && `, ${(100 * agreement(crossed)).toFixed(1)} % agree`}
        </span>
      </div>
      {crossed.rows.length * crossed.columns.length > LARGEST ? (
        <p className="empty">
          {whole(crossed.rows.length)} × {whole(crossed.columns.length)} cells are too many to look at.
        </p>
      ) : (
        <Table crossed={crossed} measure={measure} row={row} column={column} open={open} />
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly string[];
  names?: Readonly<Record<string, string>>;
  change: (value: string) => void;
}

function Choice({ label, value, options, names = {}, change }: ChoiceProps) {
  return (
    <label className="gallery-choice">
      <span className="soft">{label}</span>
      <select className="input" value={value} onChange={(event) => change(event.target.value)}>
        {options.map((name) => (
          <option key={name} value={name}>
            {names[name] ?? name}
          </option>
        ))}
      </select>
    </label>
  );
}

function summary({ records, total }: Combinations, shown: number): string {
  return records < total ? `Of the first ${whole(records)} of ${counted(total, "record")}` : counted(shown, "record");
}

const given = (where: Record<string, Wanted>): Record<string, Wanted> =>
  Object.fromEntries(Object.entries(where).filter(([, value]) => value !== undefined));

/** The counts of the first stream that is there. */
function useCounts({ streams, fields, weight }: Source): { found: Combinations | null; problem: string } {
  const [answer, setAnswer] = useState<{ key: string; found: Combinations | null; problem: string } | null>(null);
  const states = useRun(({ nodes }) => streams.map(({ node }) => nodes[node]?.state).join()); // what is done has more to count
  const key = JSON.stringify([streams, fields, weight, states]);
  useEffect(() => {
    const request = new AbortController();
    const [candidates, names, of] = JSON.parse(key) as [api.Stream[], string[], string];
    firstOf(candidates, (stream) => api.counts(stream, names, of, request.signal)).then(
      (found) => !request.signal.aborted && setAnswer({ key, found, problem: "" }),
      (error: Error) => !request.signal.aborted && setAnswer({ key, found: null, problem: error.message }),
    );
    return () => request.abort();
  }, [key]);
  return answer?.key === key ? answer : { found: null, problem: "" };
}

async function firstOf<T>(streams: readonly api.Stream[], ask: (stream: api.Stream) => Promise<T>): Promise<T> {
  const [stream, ...others] = streams;
  if (!stream) throw new Error("Nothing has been counted yet: run the workflow (Ctrl+R).");
  try {
    return await ask(stream);
  } catch (error) {
    if (others.length === 0 || !(error instanceof api.Refused) || error.status !== 404) throw error;
    return firstOf(others, ask);
  }
}
