import { useEffect, useMemo, useState } from "react";
import * as api from "@/api/client";
import type { Cell, FieldShape, Page } from "@/api/types";
import { useRun } from "@/run/store";

const ROWS = 100; // a page
const KEPT = 30; // pages in memory

/** Records in some order. */
export interface Pages {
  /** A record, or undefined while it is on its way. */
  readonly row: (index: number) => readonly Cell[] | undefined;
  /** The record's own number, whatever its place in a view. */
  readonly number: (index: number) => number;
}

export interface Records extends Pages {
  readonly stream: api.Stream;
  readonly fields: readonly FieldShape[];
  readonly total: number;
  readonly kept: number;
}

interface Loaded {
  readonly stream: api.Stream;
  readonly first: Page;
}

/** The records of the first stream that there is; null where there is none. */
export function useRecords(streams: readonly api.Stream[]): { records: Records | null; loading: boolean } {
  const [answer, setAnswer] = useState<{ streams: readonly api.Stream[]; found: Loaded | null }>({
    streams,
    found: null,
  });
  const settled = useRun((run) =>
    streams.map(({ node, anchor }) => `${run.nodes[node]?.state} ${Boolean(run.counts[`${node}.${anchor}`])}`).join(),
  );

  useEffect(() => {
    const request = new AbortController();
    void first(streams, request.signal).then((found) => {
      if (!request.signal.aborted) setAnswer({ streams, found });
    });
    return () => request.abort();
  }, [streams, settled]);

  const loading = answer.streams !== streams; // what is shown belongs to what was watched before
  const loaded = loading ? null : answer.found;
  const pages = usePages(loaded?.stream ?? null, "", loaded?.first);
  const records = loaded && {
    stream: loaded.stream,
    fields: loaded.first.fields,
    total: loaded.first.total,
    kept: loaded.first.kept,
    ...pages,
  };
  return { records, loading };
}

/**
 * The records of a stream, or of a view of it, fetched by page as they come into sight; whoever uses them is drawn anew
 * when some have come. `first` is known already.
 */
export function usePages(stream: api.Stream | null, view: string, first?: Page): Pages {
  const [, redraw] = useState(0);
  return useMemo(() => {
    const pages = new Map<number, Page | "asked">(first ? [[0, first]] : []);
    const ask = (number: number): void => {
      if (!stream) return;
      pages.set(number, "asked");
      api.records(stream, number * ROWS, ROWS, undefined, view).then(
        (page) => {
          pages.set(number, page);
          for (const old of pages.keys()) if (pages.size > KEPT && old !== number) pages.delete(old);
          redraw((count) => count + 1);
        },
        () => pages.delete(number), // the next look tries again
      );
    };
    const page = (index: number): Page | undefined => {
      const number = Math.floor(index / ROWS);
      const found = pages.get(number);
      if (found === undefined) ask(number);
      return found === "asked" ? undefined : found;
    };
    return {
      row: (index) => page(index)?.rows[index % ROWS],
      number: (index) => page(index)?.numbers[index % ROWS] ?? -1,
    };
  }, [stream, view, first]);
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
