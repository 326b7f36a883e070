/** The pictures that a choice leaves, in its order: a view that the server works out. */
import { useEffect, useMemo, useState } from "react";
import * as api from "@/api/client";
import { usePages, type Pages, type Records } from "../pages";
import { queryOf } from "./query";
import type { Roles } from "./roles";
import type { Choice } from "./store";

/** Records in the order of a view. */
export interface Selected extends Pages {
  readonly shown: number;
}

export interface Selection {
  /** Null while the server is looking. */
  readonly selected: Selected | null;
  readonly problem: string;
}

/** All records as they lie where nothing is chosen, else those of a view. */
export function useSelected(records: Records, roles: Roles | null, choice: Choice): Selection {
  const { stream, kept, row, number } = records;
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
  const current = query !== null && answer?.query === query ? answer : null;
  const pages = usePages(current?.view ? stream : null, current?.view ?? "");
  return useMemo((): Selection => {
    if (!query) return { selected: { shown: kept, row, number }, problem: "" };
    if (!current?.view) return { selected: null, problem: current?.problem ?? "" };
    return { selected: { shown: current.shown, ...pages }, problem: "" };
  }, [query, current, kept, row, number, pages]);
}
