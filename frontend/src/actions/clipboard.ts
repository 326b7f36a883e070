/** Copy and paste. What is copied is the YAML of a workflow, so it can go into an editor and come from one. */
import * as api from "@/api/client";
import { asFragment, fragment, paste as pasteInto } from "@/document/edits/clipboard";
import { positionsOf, type Point } from "@/document/geometry";
import { remove } from "@/document/edits/nodes";
import type { Document } from "@/document/types";
import { catalog } from "@/state/catalog";
import { notify, notifyError } from "@/state/view";
import { add, currentDocument, edit, useWorkflow } from "@/state/workflow";
import { middle, toCanvas } from "@/canvas/viewport";

const OFFSET = 40;

let mouse: Point | null = null;

/** Pasting happens where the mouse is, if it is over the canvas. */
export function rememberMouse(event: MouseEvent): void {
  mouse = (event.target as Element).closest(".canvas") ? { x: event.clientX, y: event.clientY } : null;
}

function selection(): Document {
  const document = currentDocument();
  return fragment(document, catalog(), [...useWorkflow.getState().selected], positionsOf(document, catalog()));
}

export async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(await api.yaml(selection()));
  } catch (error) {
    notifyError(error);
  }
}

export async function cut(): Promise<void> {
  await copy();
  edit("Cut", (draft) => remove(draft, catalog(), [...useWorkflow.getState().selected]));
}

/** Paste what the clipboard holds; a browser that does not let it be read is asked by its own Ctrl+V. */
export async function paste(): Promise<void> {
  try {
    await pasteText(await navigator.clipboard.readText());
  } catch (error) {
    notify("The clipboard cannot be read from here.", "error", `Press Ctrl+V on the canvas. (${String(error)})`);
  }
}

export async function pasteText(text: string): Promise<void> {
  if (!text.trim()) return;
  const part = asFragment(await api.parse(text).catch(() => null));
  if (part) insert("Paste", part, mouse ? toCanvas(mouse) : middle().flow);
  else
    notify(
      "The clipboard holds no part of a workflow.",
      "error",
      "Copy tools here, or the YAML of a workflow in an editor.",
    );
}

export function duplicate(): void {
  const part = selection();
  const places = Object.values(part.layout as Record<string, number[]>);
  const x = Math.min(...places.map(([left = 0]) => left)) + OFFSET;
  const y = Math.min(...places.map(([, top = 0]) => top)) + OFFSET;
  insert("Duplicate", part, { x, y });
}

function insert(label: string, part: Document, point: Point): void {
  add(label, (draft) => pasteInto(draft, catalog(), part, point));
}
