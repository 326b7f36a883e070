/** The journal: edits that are not saved yet. A tab holds a lock on its draft of a workflow without a file. */
import * as api from "@/api/client";
import type { Recovered } from "@/api/types";
import { isDirty, useWorkflow } from "./workflow";

const PAUSE = 800; // ms after the last edit
const KEY = "flowrun-draft"; // in the storage of the tab, so that a reload finds its own

let tab = "";
let letGo = (): void => undefined;
let timer = 0;

/** Write the journal after every edit, and at once when the tab is left. */
export function keepDrafts(): void {
  useWorkflow.subscribe((now, before) => {
    if (now.history.document !== before.history.document && now.path === before.path) writeSoon();
  });
  document.addEventListener("visibilitychange", () => void flushDraft());
}

/** Write the journal shortly: after an edit, or when the server is back. */
export function writeSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void flushDraft(), PAUSE);
}

/** Write what still waits to be written. */
export async function flushDraft(): Promise<void> {
  if (timer === 0) return;
  clearTimeout(timer);
  timer = 0;
  const { path, base, history } = useWorkflow.getState();
  // The server may be gone for a while; it is written when it is back.
  if (isDirty(useWorkflow.getState())) await api.keep(path, tab, history.document, base).catch(() => undefined);
  else await forgetDraft(path).catch(() => undefined);
}

export const forgetDraft = (path: string): Promise<undefined> => api.forget(path, tab);

/** The draft of a workflow with a file. */
export const draftOf = (path: string): Promise<Recovered> => api.recover(path, "");

/** The draft of this tab; in a new one, the newest that no tab holds, such as one that was closed or crashed. */
export async function unnamedDraft(): Promise<Recovered> {
  const left = (await api.unnamed()).map((draft) => draft.tab);
  for (const name of [sessionStorage.getItem(KEY) ?? "", ...left]) if (name !== "" && (await hold(name))) break;
  if (tab === "") await newDraft();
  return api.recover("", tab);
}

/** Begin another draft; the one before stays for the next tab. */
export async function newDraft(): Promise<void> {
  letGo();
  await hold(crypto.randomUUID());
}

/** Hold a draft for as long as this tab lives, or until it takes another; false where another tab holds it. */
function hold(name: string): Promise<boolean> {
  return new Promise((answer) => {
    void navigator.locks.request(`draft ${name}`, { ifAvailable: true }, (lock) => {
      answer(lock !== null);
      if (lock === null) return undefined;
      tab = name;
      sessionStorage.setItem(KEY, name);
      return new Promise<void>((release) => (letGo = release));
    });
  });
}
