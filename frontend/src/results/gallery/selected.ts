/** The pictures that a choice leaves, in its order: a view that the server works out, read by page. */
import { useEffect, useMemo, useRef, useState } from "react";
import * as api from "@/api/client";
import type { Cell, Page } from "@/api/types";
import type { Records } from "../pages";
import { queryOf } from "./query";
import type { Roles } from "./roles";
import type { Choice } from "./store";

const ROWS = 100; // a page
const KEPT = 30; // pages in memory

/** Records in the order of a view. */
export interface Selected {
  readonly shown: number;
  readonly row: (index: number) => readonly Cell[] | undefined;
  /** The record's own number, whatever its place in the view. */
  readonly number: (index: number) => number;
}

export interface Selection {
  /** Null while the server is looking. */
  readonly selected: Selected | null;
  readonly problem: string;
}

/** All records as they lie where nothing is chosen, else those of a view. */
export function useSelected(records: Records, roles: Roles | null, choice: Choice): Selection {
  const { stream, kept, row } = records;
  const query = useMemo(() => (roles ? queryOf(choice, roles) : null), [choice, roles]);
  const [answer, setAnswer] = useState<{ query: unknown; view: string; shown: number; problem: string } | null>(null);
  useEffect(() => {
    if (!query) return;
    const request = new AbortController();
    const told = (view: string, shown: number, problem: string): void =>
      request.signal.aborted ? undefined : setAnswer({ query, view, shown, problem });
    api.view(stream, query, request.signal).then(
      ({ id, shown }) => told(id, shown, ""),
      (error: Error) => told("", 0, error.message),
    );
    return () => request.abort();
  }, [stream, query]);
  const current = answer?.query === query ? answer : null;
  const pages = usePages(stream, query ? (current?.view ?? "") : "");
  return useMemo((): Selection => {
    if (!query) return { selected: { shown: kept, row, number: (index) => index }, problem: "" };
    if (!current?.view) return { selected: null, problem: current?.problem ?? "" };
    return { selected: { shown: current.shown, ...pages }, problem: "" };
  }, [query, current, kept, row, pages]);
}

/** The records of a view, fetched by page as they come into sight. */
function usePages(stream: api.Stream, view: string): Pick<Selected, "row" | "number"> {
  const [loaded, setLoaded] = useState(0);
  const pages = useRef(new Map<number, Page | "asked">());
  useEffect(() => {
    pages.current = new Map();
  }, [stream, view]);
  return useMemo(() => {
    const page = (index: number): Page | undefined => {
      const number = Math.floor(index / ROWS);
      const { current } = pages;
      const found = current.get(number);
      if (found === undefined && view) {
        current.set(number, "asked");
        api.records(stream, number * ROWS, ROWS, undefined, view).then(
          (answer) => {
            if (pages.current !== current) return;
            current.set(number, answer);
            for (const old of current.keys()) if (current.size > KEPT && old !== number) current.delete(old);
            setLoaded((count) => count + 1);
          },
          () => current.delete(number), // the next look tries again
        );
      }
      return found === "asked" ? undefined : found;
    };
    return {
      row: (index) => page(index)?.rows[index % ROWS],
      number: (index) => page(index)?.numbers[index % ROWS] ?? -1,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- a page that has come is looked at anew
  }, [stream, view, loaded]);
}
