import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { FieldProfile, FieldShape } from "@/api/types";

export type Profiled = FieldProfile | api.Refused;

/** The profiles of the fields, worked out one after the other; the chosen one first. */
export function useProfiles(
  stream: api.Stream,
  fields: readonly FieldShape[],
  chosen: string,
): ReadonlyMap<string, Profiled> {
  const [known, setKnown] = useState<ReadonlyMap<string, Profiled>>(new Map());
  const missing = fields.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  const next = missing.includes(chosen) ? chosen : missing[0];
  useEffect(() => {
    if (next === undefined) return;
    const request = new AbortController();
    const note = (found: Profiled): void => {
      if (!request.signal.aborted) setKnown((old) => new Map([...old, [next, found]]));
    };
    api.profile(stream, next, request.signal).then(note, (error: unknown) => note(error as api.Refused));
    return () => request.abort();
  }, [stream, next]);
  return known;
}
