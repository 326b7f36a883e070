import { useCallback, useEffect, useRef, useState } from "react";
import * as api from "@/api/client";
import type { Cell, FieldShape, Page } from "@/api/types";
import { useRun } from "@/run/store";

const ROWS = 100; // a page
const KEPT = 30; // pages in memory

export interface Records {
  readonly stream: api.Stream;
  readonly fields: readonly FieldShape[];
  readonly total: number;
  readonly kept: number;
  /** A record, or undefined while it is on its way. */
  readonly row: (index: number) => readonly Cell[] | undefined;
}

interface Loaded {
  readonly stream: api.Stream;
  readonly first: Page;
}

/** The records of the first stream that there is, fetched by page as they come into view; null where there is none. */
export function useRecords(streams: readonly api.Stream[]): { records: Records | null; loading: boolean } {
  const [answer, setAnswer] = useState<{ streams: readonly api.Stream[]; found: Loaded | null }>({
    streams,
    found: null,
  });
  const [, redraw] = useState(0);
  const pages = useRef(new Map<number, readonly Cell[][] | "asked">());
  const settled = useRun((run) =>
    streams.map(({ node, anchor }) => `${run.nodes[node]?.state} ${Boolean(run.counts[`${node}.${anchor}`])}`).join(),
  );

  useEffect(() => {
    const request = new AbortController();
    void first(streams, request.signal).then((found) => {
      if (request.signal.aborted) return;
      pages.current = new Map(found ? [[0, found.first.rows]] : []);
      setAnswer({ streams, found });
    });
    return () => request.abort();
  }, [streams, settled]);

  const loading = answer.streams !== streams; // what is shown belongs to what was watched before
  const loaded = loading ? null : answer.found;
  const row = useCallback(
    (index: number): readonly Cell[] | undefined => {
      const number = Math.floor(index / ROWS);
      const page = pages.current.get(number);
      if (page === undefined && loaded) {
        const { current } = pages;
        current.set(number, "asked");
        api.records(loaded.stream, number * ROWS, ROWS).then(
          ({ rows }) => {
            current.set(number, rows);
            for (const old of current.keys()) if (current.size > KEPT && old !== number) current.delete(old);
            redraw((count) => count + 1);
          },
          () => current.delete(number), // the next look tries again
        );
      }
      return page === undefined || page === "asked" ? undefined : page[index - number * ROWS];
    },
    [loaded],
  );
  const records = loaded && {
    stream: loaded.stream,
    fields: loaded.first.fields,
    total: loaded.first.total,
    kept: loaded.first.kept,
    row,
  };
  return { records, loading };
}

async function first(streams: readonly api.Stream[], signal: AbortSignal): Promise<Loaded | null> {
  const { counts, nodes } = useRun.getState();
  for (const stream of streams) {
    const { node, anchor } = stream;
    const there = anchor ? counts[`${node}.${anchor}`] : ["done", "reused"].includes(nodes[node]?.state ?? "");
    if (!there) continue; // nothing has passed yet
    const page: Page | null = await api.records(stream, 0, ROWS, signal).catch(() => null);
    if (page) return { stream, first: page };
  }
  return null;
}
