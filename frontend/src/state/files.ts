/** Open and save, and notice when somebody else changes the file. */
import { create } from "zustand";
import * as api from "@/api/client";
import type { Template } from "@/api/types";
import { EMPTY, namesOf, type Document } from "@/document/types";
import { fit } from "@/canvas/viewport";
import { leave } from "@/run/store";
import { attach } from "@/run/control";
import { draftOf, flushDraft, forgetDraft, keepDrafts, newDraft, unnamedDraft } from "./drafts";
import { notify, notifyError, showDialog, useKept, useView } from "./view";
import { comes, currentDocument, edit, isDirty, load, replaceAll, useWorkflow } from "./workflow";

const LOOK_EVERY = 4000; // ms between looks at the file
const RECENT = 10;

/** What there is to decide about the file. */
interface FileState {
  /** The file as it is on disk now, where it is not what the document was made from. */
  changed: { document: Document; digest: string } | null;
  /** Unsaved edits of an earlier visit are shown; when they were made, in Unix seconds. */
  recovered: number | null;
}

export const useFile = create<FileState>(() => ({ changed: null, recovered: null }));

/** Open a file; edits that were not saved the last time come back, and can be undone. */
export const openFile = (path: string): Promise<void> => comes(fetchFile(path));

async function fetchFile(path: string): Promise<void> {
  try {
    const [opened, draft] = await Promise.all([api.open(path), draftOf(path)]);
    await flushDraft(); // what was edited until now
    const document = opened.document as Document;
    const kept = draft.document as Document | null | undefined;
    const recovered = kept && JSON.stringify(kept) !== JSON.stringify(document) ? kept : null;
    show(path, opened.digest, document, recovered ?? document);
    useFile.setState({ changed: null, recovered: recovered ? (draft.modified ?? null) : null });
    remember(path);
    await attach();
  } catch (error) {
    notifyError(error);
  }
}

export const newFile = (): Promise<void> => begin("New", EMPTY);

/** A file dropped on the canvas: a workflow of ours, or one of Alteryx, not saved here yet. */
export async function openDropped(file: File): Promise<void> {
  try {
    if (/\.ya?ml$/i.test(file.name)) await begin(`Open ${file.name}`, await api.parse(await file.text()));
    else await importAlteryx(file);
  } catch (error) {
    notifyError(error);
  }
}

async function importAlteryx(file: File): Promise<void> {
  const { document, lines } = await api.importAlteryx(file);
  await begin(`Import ${file.name}`, document as Document);
  notify(lines[0] ?? "", "info", "What could not be carried over stands under Messages.");
}

/** Begin from a template, not saved yet. */
export async function openTemplate({ name, title }: Template): Promise<void> {
  try {
    const { document, copied } = await api.takeTemplate(name);
    await begin(`New from ${title}`, document as Document);
    if (copied.length > 0) notify(`What it reads was put beside it: ${copied.join(", ")}.`);
  } catch (error) {
    notifyError(error);
  }
}

/** Show a workflow without a file. The one without a file that was shown before comes back by undo. */
async function begin(label: string, document: Document): Promise<void> {
  if (useWorkflow.getState().path === "") edit(label, replaceAll(document));
  else {
    await Promise.all([flushDraft(), newDraft()]);
    show("", null, EMPTY, document);
  }
  useFile.setState({ changed: null, recovered: null });
  if (namesOf(document).length > 0) requestAnimationFrame(() => fit(0));
}

/** What was being edited when no file had been chosen yet. */
export async function recoverUnnamed(): Promise<void> {
  const draft = await unnamedDraft();
  if (!draft.document) return;
  show("", null, EMPTY, draft.document as Document);
  useFile.setState({ recovered: draft.modified ?? null });
}

function show(path: string, base: string | null, saved: Document, document: Document): void {
  leave();
  load(path, base, saved, document);
  useView.setState({ watched: null, insertion: null, menu: null, dialog: null });
  if (namesOf(document).length > 0) requestAnimationFrame(() => fit(0)); // an empty canvas would fit its first tool
  const hash = path ? `#/${encodeURI(path)}` : "#/";
  if (location.hash !== hash) history.replaceState(null, "", hash);
}

export async function save(): Promise<void> {
  const { path } = useWorkflow.getState();
  if (path) await write(path, useWorkflow.getState().base);
  else showDialog("save-as");
}

/** Save under another name; an existing file is only replaced where `base` says which it is. */
export async function saveAs(path: string): Promise<boolean> {
  const own = path === useWorkflow.getState().path;
  return write(path, own ? useWorkflow.getState().base : null);
}

async function write(path: string, base: string | null): Promise<boolean> {
  const document = currentDocument();
  const before = useWorkflow.getState().path;
  try {
    const { digest } = await api.save(path, document, base);
    useWorkflow.setState({ path, base: digest, saved: document });
    useFile.setState({ changed: null, recovered: null });
    history.replaceState(null, "", `#/${encodeURI(path)}`);
    remember(path);
    await forgetDraft(path);
    if (before !== path) await forgetDraft(before);
    notify(`Saved ${path}`);
    return true;
  } catch (error) {
    if ((error as api.Refused).status === 409 && path === before) await look();
    else notifyError(error);
    return false;
  }
}

function remember(path: string): void {
  const { recent } = useKept.getState();
  useKept.setState({ recent: [path, ...recent.filter((other) => other !== path)].slice(0, RECENT) });
}

/** Go back to what stands in the file; this, too, can be undone. */
export function discardEdits(): void {
  edit("Go back to the file", replaceAll(useWorkflow.getState().saved));
  useFile.setState({ recovered: null });
}

/** Take what stands on disk now; what was on the canvas can be had back by undo. */
export function takeDisk(): void {
  const { changed } = useFile.getState();
  if (!changed) return;
  edit("Load from disk", replaceAll(changed.document));
  useWorkflow.setState({ saved: currentDocument(), base: changed.digest });
  useFile.setState({ changed: null });
}

/** Keep what is on the canvas: the next save replaces what stands on disk. */
export function keepMine(): void {
  const { changed } = useFile.getState();
  if (!changed) return;
  useWorkflow.setState({ base: changed.digest, saved: changed.document });
  useFile.setState({ changed: null });
}

/** Look whether somebody else changed the file; where there is nothing to lose, the canvas follows. */
async function look(): Promise<void> {
  const { path, base } = useWorkflow.getState();
  if (!path || base === null) return;
  const opened = await api.open(path).catch(() => null);
  const now = useWorkflow.getState();
  if (!opened || now.path !== path || now.base !== base || opened.digest === base) return;
  const clean = !isDirty(now);
  useFile.setState({ changed: { document: opened.document as Document, digest: opened.digest } });
  if (!clean) return;
  takeDisk();
  notify(`${path} was changed on disk; the canvas shows the new version.`, "info", "Undo brings the old one back.");
}

/** Write the journal after every edit and watch the file, from now on. */
export function keepFiles(): void {
  keepDrafts();
  setInterval(() => {
    if (!document.hidden) void look();
  }, LOOK_EVERY);
  window.addEventListener("focus", () => void look());
  window.addEventListener("hashchange", () => void openFile(pathInAddress()));
}

export const pathInAddress = (): string => decodeURI(location.hash.replace(/^#\/?/, ""));
