/** How the records are looked at: sorted, filtered, searched. Nothing of it touches the workflow. */
import { useCallback, useEffect, useRef, useState } from "react";
import * as api from "@/api/client";
import type { Condition, ViewQuery } from "@/api/types";

export const EVERYTHING: ViewQuery = { sort: [], filters: [], search: "", expression: "" };

export interface Looked {
  readonly query: ViewQuery;
  /** The server's name of the view; empty for all records as they lie. */
  readonly view: string;
  readonly shown: number;
}

export interface Querying {
  /** What is shown now. */
  readonly looked: Looked;
  /** What is being worked out, or null. */
  readonly asked: ViewQuery | null;
  readonly refused: api.Refused | null;
  readonly ask: (query: ViewQuery) => void;
  readonly cancel: () => void;
}

export function useQuery(stream: api.Stream, kept: number): Querying {
  const [looked, setLooked] = useState<Looked>({ query: EVERYTHING, view: "", shown: kept });
  const [asked, setAsked] = useState<ViewQuery | null>(null);
  const [refused, setRefused] = useState<api.Refused | null>(null);
  const request = useRef<AbortController | null>(null);
  useEffect(() => () => request.current?.abort(), []);

  const cancel = useCallback(() => {
    request.current?.abort();
    setAsked(null);
  }, []);
  const ask = useCallback(
    (query: ViewQuery) => {
      request.current?.abort();
      setRefused(null);
      if (isEverything(query)) {
        setAsked(null);
        setLooked({ query, view: "", shown: kept });
        return;
      }
      const { signal } = (request.current = new AbortController());
      setAsked(query);
      api.view(stream, query, signal).then(
        ({ id, shown }) => {
          if (signal.aborted) return;
          setAsked(null);
          setLooked({ query, view: id, shown });
        },
        (error: unknown) => {
          if (signal.aborted) return;
          setAsked(null);
          setRefused(error as api.Refused);
        },
      );
    },
    [stream, kept],
  );
  return { looked, asked, refused, ask, cancel };
}

export const isEverything = ({ sort, filters, search, expression }: ViewQuery): boolean =>
  sort.length === 0 && filters.length === 0 && search === "" && expression.trim() === "";

/** A click on a name: ascending, descending, not at all; with `more` beside the others. */
export function sortedBy(query: ViewQuery, field: string, more: boolean): ViewQuery {
  const old = query.sort.find((key) => key.field === field);
  const next = !old
    ? [{ field, descending: false, expression: "" }]
    : old.descending
      ? []
      : [{ field, descending: true, expression: "" }];
  if (!more) return { ...query, sort: next };
  const others = query.sort.flatMap((key) => (key.field === field ? next : [key]));
  return { ...query, sort: old ? others : [...others, ...next] };
}

export const filteredBy = (query: ViewQuery, field: string, condition: Condition | null): ViewQuery => ({
  ...query,
  filters: [...query.filters.filter((known) => known.field !== field), ...(condition ? [condition] : [])],
});

export const TESTS: Record<Condition["test"], string> = {
  contains: "contains",
  lacks: "does not contain",
  starts: "starts with",
  ends: "ends with",
  equals: "=",
  differs: "≠",
  less: "<",
  at_most: "≤",
  greater: ">",
  at_least: "≥",
  between: "between",
  null: "is null",
  not_null: "is not null",
  empty: "is empty",
  filled: "is not empty",
};

export const needsValue = (test: Condition["test"]): boolean => !["null", "not_null", "empty", "filled"].includes(test);

export function described({ field, test, value, to }: Condition): string {
  const end = test === "between" ? ` and ${to}` : "";
  return `${field} ${TESTS[test]}${needsValue(test) ? ` ${value}${end}` : ""}`;
}
