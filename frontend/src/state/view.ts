/** How the window looks: panels, theme, what is open. Nothing here belongs to a workflow. */
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { Point } from "@/document/geometry";
import type { End, Side } from "@/document/wires";

export type Theme = "system" | "light" | "dark";
export type ConfigTab = "configuration" | "annotation" | "yaml" | "help";
export type Dialog = "open" | "templates" | "save-as" | "shortcuts" | "find" | "connect" | "container" | "runs";

/** What stays from one visit to the next. */
interface Kept {
  theme: Theme;
  configWidth: number;
  resultsHeight: number;
  configFolded: boolean;
  resultsFolded: boolean;
  minimap: boolean;
  /** The size of a picture in the gallery, in pixels. */
  tile: number;
  annotations: boolean;
  counts: boolean;
  favourites: readonly string[];
  recent: readonly string[];
}

export const useKept = create<Kept>()(
  persist(
    (): Kept => ({
      theme: "system",
      configWidth: 360,
      resultsHeight: 260,
      configFolded: false,
      resultsFolded: false,
      minimap: true,
      tile: 128,
      annotations: true,
      counts: true,
      favourites: ["Browse", "Input", "Output", "Formula", "Select", "Filter", "Summarize", "Join", "Sort"],
      recent: [],
    }),
    { name: "flowrun" },
  ),
);

/** A place on the screen and on the canvas where a tool is to be inserted, and what it is to be connected with or take the place of. */
export interface Insertion {
  readonly screen: Point;
  readonly flow: Point;
  readonly from?: { readonly end: End; readonly side: Side };
  readonly wire?: number;
  readonly replace?: string;
}

export interface ContextMenu {
  readonly screen: Point;
  readonly flow: Point;
  readonly kind: "canvas" | "selection" | "wire";
}

export interface Notice {
  readonly text: string;
  readonly hint?: string;
  readonly kind: "info" | "error";
}

/** An output anchor whose records are shown; a Browse is shown by its input. */
export interface Watched {
  readonly node: string;
  readonly anchor: string;
  readonly side: Side;
}

interface View {
  insertion: Insertion | null;
  menu: ContextMenu | null;
  dialog: Dialog | null;
  notice: Notice | null;
  watched: Watched | null;
  configTab: ConfigTab;
  /** The key of a tab (`results/tabs.tsx`); `auto`: what there is to see, such as a report, else records, else fields. */
  resultsTab: string;
  /** A setting (`fields.0.expression`) that a click on a problem leads to. */
  setting: string;
  /** The node whose annotation, or the comment whose text, is being edited in place. */
  editing: string;
}

export const useView = create<View>(() => ({
  insertion: null,
  menu: null,
  dialog: null,
  notice: null,
  watched: null,
  configTab: "configuration",
  resultsTab: "auto",
  setting: "",
  editing: "",
}));

export const showDialog = (dialog: Dialog | null): void => useView.setState({ dialog, menu: null });

let timer = 0;

/** Say something for a few seconds; errors stay until they are closed. */
export function notify(text: string, kind: Notice["kind"] = "info", hint = ""): void {
  clearTimeout(timer);
  useView.setState({ notice: { text, kind, hint } });
  if (kind === "info") timer = window.setTimeout(() => useView.setState({ notice: null }), 5000);
}

export function notifyError(error: unknown): void {
  const { message, hint = "" } = error as { message: string; hint?: string };
  notify(message, "error", hint);
}

/** Put the theme on the page, now and when the system changes its mind. */
export function applyTheme(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const { theme } = useKept.getState();
    const wanted = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
    document.documentElement.dataset.theme = wanted;
  };
  dark.addEventListener("change", apply);
  useKept.subscribe(apply);
  apply();
}
