/** The open workflow: its document with the history of edits, the file it came from, and what is selected. */
import { create } from "zustand";
import type { Draft, Edit } from "@/document/draft";
import { begin, make, redo, undo, type History } from "@/document/history";
import { EMPTY, namesOf, type Document } from "@/document/types";

export interface Workflow {
  /** Relative to the served folder; empty for a workflow without a file. */
  readonly path: string;
  /** The digest of the file's bytes that the document was made from; null where there is no file. */
  readonly base: string | null;
  /** The document as it stands in the file. */
  readonly saved: Document;
  readonly history: History;
  readonly selected: ReadonlySet<string>;
  /** Places in `connections` of the selected wires. */
  readonly selectedWires: ReadonlySet<number>;
  /** Whether a document is on its way: at the start, and while a file is fetched. */
  readonly isComing: boolean;
}

const NOTHING: ReadonlySet<never> = new Set();

export const useWorkflow = create<Workflow>(() => ({
  path: "",
  base: null,
  saved: EMPTY,
  history: begin(EMPTY),
  selected: NOTHING,
  selectedWires: NOTHING,
  isComing: true,
}));

let coming: Promise<unknown> = Promise.resolve();

/** A document is on its way, and will be loaded when this settles. */
export function comes<T>(document: Promise<T>): Promise<T> {
  coming = document;
  useWorkflow.setState({ isComing: true });
  // Of several that are on their way at once, the last one called decides.
  const settle = (): void => {
    if (coming === document) useWorkflow.setState({ isComing: false });
  };
  document.then(settle, settle);
  return document;
}

/** Whether there is nothing yet to be edited: what came onto the canvas now would be lost when the document comes. */
export const isAwaited = ({ isComing, history }: Workflow): boolean =>
  isComing && namesOf(history.document).length === 0;

/** Wait for the document that is on its way: right after a reload the canvas is still empty. */
export const arrived = (): Promise<unknown> => coming;

export const currentDocument = (): Document => useWorkflow.getState().history.document;
export const useDocument = (): Document => useWorkflow((workflow) => workflow.history.document);

const texts = new WeakMap<Document, string>();

function textOf(document: Document): string {
  const text = texts.get(document) ?? JSON.stringify(document);
  texts.set(document, text);
  return text;
}

/** Whether there is anything to save; what was undone, or set back by hand, is no change. */
export const isDirty = ({ saved, history }: Workflow): boolean => textOf(saved) !== textOf(history.document);

/** Make an edit. Edits of one `key` that follow each other quickly are undone together. */
export function edit(label: string, change: Edit, key = ""): void {
  const { history } = useWorkflow.getState();
  show(make(history, label, change, key));
}

/** Make an edit and select what it brought: the names that it gives. */
export function add(label: string, change: (draft: Draft) => readonly string[]): void {
  let names: readonly string[] = [];
  const history = make(useWorkflow.getState().history, label, (draft) => void (names = change(draft)));
  useWorkflow.setState({ history, selected: new Set(names), selectedWires: NOTHING });
}

export function undoEdit(): void {
  show(undo(useWorkflow.getState().history));
}

export function redoEdit(): void {
  show(redo(useWorkflow.getState().history));
}

/** A changed document; what is gone is no longer selected. */
function show(history: History): void {
  const { history: before, selected } = useWorkflow.getState();
  if (history === before) return;
  const names = new Set(namesOf(history.document));
  const kept = [...selected].filter((name) => names.has(name));
  const wires = history.document.connections !== before.document.connections;
  useWorkflow.setState({
    history,
    ...(kept.length === selected.size ? {} : { selected: new Set(kept) }),
    ...(wires ? { selectedWires: NOTHING } : {}),
  });
}

export function select(names: Iterable<string>, wires: Iterable<number> = []): void {
  useWorkflow.setState({ selected: new Set(names), selectedWires: new Set(wires) });
}

/** Show another workflow, or the same file anew. */
export function load(path: string, base: string | null, saved: Document, document = saved): void {
  const history = begin(saved);
  useWorkflow.setState({
    path,
    base,
    saved,
    history: document === saved ? history : make(history, "Recover", replaceAll(document)),
    selected: NOTHING,
    selectedWires: NOTHING,
  });
}

/** An edit that turns the document into another one, key by key. */
export function replaceAll(document: Document): Edit {
  return (draft) => {
    for (const key of Object.keys(draft.document)) if (!(key in document)) draft.drop([key]);
    for (const [key, value] of Object.entries(document)) if (value !== undefined) draft.put([key], value);
  };
}
