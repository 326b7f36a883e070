/** Undo and redo, without limit: every step holds its changes and their inverses. */
import { apply, type Change } from "./changes";
import { Draft, type Edit } from "./draft";
import type { Document } from "./types";

export interface Step {
  /** What was done, as the menu says it: `Undo Move`. */
  readonly label: string;
  readonly changes: readonly Change[];
  readonly inverses: readonly Change[];
  /** Steps of one key that follow each other quickly are one step: the letters of a word, the ticks of a spinner. */
  readonly key: string;
  readonly time: number;
}

export interface History {
  readonly document: Document;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

const TOGETHER = 1000; // ms between two steps of one key

export function begin(document: Document): History {
  return { document, past: [], future: [] };
}

/** The history with an edit made; the same history where the edit changes nothing. */
export function make(history: History, label: string, edit: Edit, key = "", time = Date.now()): History {
  const draft = new Draft(history.document);
  edit(draft);
  if (draft.changes.length === 0) return history;
  const step: Step = { label, changes: draft.changes, inverses: draft.inverses, key, time };
  const last = history.past.at(-1);
  const joined = last && key !== "" && last.key === key && time - last.time < TOGETHER && history.future.length === 0;
  const past = joined ? history.past.with(-1, join(last, step)) : [...history.past, step];
  return { document: draft.document, past, future: [] };
}

function join(first: Step, second: Step): Step {
  return {
    ...second,
    changes: [...first.changes, ...second.changes],
    inverses: [...second.inverses, ...first.inverses],
  };
}

export function undo(history: History): History {
  const step = history.past.at(-1);
  if (!step) return history;
  return {
    document: step.inverses.reduce(apply, history.document),
    past: history.past.slice(0, -1),
    future: [{ ...step, key: "" }, ...history.future],
  };
}

export function redo(history: History): History {
  const [step, ...future] = history.future;
  if (!step) return history;
  return { document: step.changes.reduce(apply, history.document), past: [...history.past, step], future };
}
