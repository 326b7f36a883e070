import { useEffect, useRef, useState } from "react";
import * as api from "@/api/client";
import { counted } from "../format";

const FORMATS = [
  ["csv", "CSV", "text, for every program"],
  ["xlsx", "Excel", "up to 1,048,575 records"],
  ["yxdb", "Alteryx .yxdb", "with types, pictures and models"],
  ["parquet", "Parquet", "small and fast"],
] as const;

export interface Source {
  readonly stream: api.Stream;
  readonly view: string;
  readonly shown: number;
  /** Names of the columns that are shown; empty: all. */
  readonly names: readonly string[];
  /** Only the first records were kept. */
  readonly partial: boolean;
}

/** Take what the grid shows home as a file. */
export function DownloadMenu({ stream, view, shown, names, partial, close }: Source & { close: () => void }) {
  const [busy, setBusy] = useState("");
  const [refused, setRefused] = useState<api.Refused | null>(null);
  const request = useRef<AbortController | null>(null);
  useEffect(() => () => request.current?.abort(), []);
  const start = (format: string, title: string): void => {
    const { signal } = (request.current = new AbortController());
    setBusy(title);
    setRefused(null);
    api.download(stream, view, names, format, signal).then(
      ({ id, name }) => {
        Object.assign(document.createElement("a"), { href: api.downloadUrl(id), download: name }).click();
        close();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        setBusy("");
        setRefused(error as api.Refused);
      },
    );
  };
  if (busy)
    return (
      <div className="download-menu">
        <p role="status">
          <span className="grid-busy" /> Writing {counted(shown, "record")} as {busy} …
        </p>
        <button className="button" onClick={close}>
          Cancel
        </button>
      </div>
    );
  return (
    <div className="download-menu">
      <p className="soft">
        {counted(shown, "record")}
        {names.length > 0 && `, ${counted(names.length, "column")}`}, in the order that is shown
        {partial && "; more have passed, a Browse keeps all"}
      </p>
      {FORMATS.map(([format, title, about]) => (
        <button key={format} onClick={() => start(format, title)}>
          <b>{title}</b> <span className="soft">{about}</span>
        </button>
      ))}
      {refused && (
        <p className="bad-text" role="alert">
          {refused.message} {refused.hint}
        </p>
      )}
    </div>
  );
}
