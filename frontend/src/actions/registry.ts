/** All actions, by menu. */
import { keyOf, type Action } from "./action";
import { pasteText } from "./clipboard";
import { arranging, editing, inserting } from "./edit";
import { filing } from "./file";
import { running } from "./run";
import { viewing } from "./view";
import { useView } from "@/state/view";
import { isAwaited, useWorkflow } from "@/state/workflow";

export interface Menu {
  readonly title: string;
  readonly actions: readonly Action[];
}

export const menus: readonly Menu[] = [
  { title: "File", actions: filing },
  { title: "Edit", actions: editing },
  { title: "Insert", actions: inserting },
  { title: "Arrange", actions: arranging },
  { title: "View", actions: viewing },
  { title: "Run", actions: running },
];

const actions = menus.flatMap((menu) => menu.actions);
const byKey = new Map(actions.flatMap((action) => (action.keys ?? []).map((key) => [key, action] as const)));
const byId = new Map(actions.map((action) => [action.id, action]));

export function action(id: string): Action {
  const found = byId.get(id);
  if (!found) throw new Error(`There is no action ${id}.`);
  return found;
}

export function perform(id: string): void {
  const found = action(id);
  if (found.enabled?.() ?? true) found.perform();
}

/** The browser brings what it pastes with the event; asking for the clipboard would need its leave. */
export function onPaste(event: ClipboardEvent): void {
  if (isTyping(event.target) || inDialog(event.target) || isComing()) return;
  event.preventDefault();
  void pasteText(event.clipboardData?.getData("text/plain") ?? "");
}

export function onKey(event: KeyboardEvent): void {
  const found = byKey.get(keyOf(event));
  if (!found || event.defaultPrevented || found.id === "paste") return;
  if (isTyping(event.target) && !found.whileTyping) return;
  if (inDialog(event.target) && found.id !== "escape") return;
  if (isComing() && found.id !== "escape" && found.id !== "run") return event.preventDefault();
  if (isUsed(keyOf(event), event.target)) return;
  if (found.id === "copy" && (window.getSelection()?.toString() ?? "") !== "") return; // text of a panel
  event.preventDefault();
  if (found.enabled?.() ?? true) found.perform();
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]") !== null
  );
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("[role=dialog], [role=menu]") !== null;
}

/** Whether a dialog is on its way, whose keys these are, or the workflow that they are meant for; a run waits for that. */
const isComing = (): boolean => useView.getState().dialog !== null || isAwaited(useWorkflow.getState());

const MOVING = /^(Shift\+)?(Arrow\w+|Delete|Backspace)$/;
const LETTER = /^(Shift\+)?.$/;

/** Whether the part that has the focus has its own use for a key. */
function isUsed(key: string, target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const takesLetters = target.closest("[role=grid], [role=listbox], .cm-editor") !== null;
  if (takesLetters && LETTER.test(key)) return true;
  return MOVING.test(key) && (takesLetters || target.closest("[role=tablist], [role=menubar]") !== null);
}
