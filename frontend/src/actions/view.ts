import { fit, reveal, zoomIn, zoomOut, zoomTo } from "@/canvas/viewport";
import { boxesOf, extent } from "@/document/edits/containers";
import { positionsOf } from "@/document/geometry";
import { catalog } from "@/state/catalog";
import { showDialog, useKept, useView, type Theme } from "@/state/view";
import { currentDocument, select, useWorkflow } from "@/state/workflow";
import type { Action } from "./action";
import { turn } from "./parts";

function fitSelection(): void {
  const document = currentDocument();
  const boxes = boxesOf(document, positionsOf(document, catalog()));
  reveal(extent([...useWorkflow.getState().selected].flatMap((name) => boxes[name] ?? [])));
}

function toggle(key: "minimap" | "annotations" | "counts" | "configFolded" | "resultsFolded"): () => void {
  return () => useKept.setState({ [key]: !useKept.getState()[key] });
}

const themes: Action[] = (["system", "light", "dark"] as Theme[]).map((theme) => ({
  id: `theme-${theme}`,
  label: theme === "system" ? "Theme of the system" : theme === "light" ? "Light theme" : "Dark theme",
  perform: () => useKept.setState({ theme }),
  checked: () => useKept.getState().theme === theme,
}));

export const viewing: Action[] = [
  { id: "zoom-in", label: "Zoom in", keys: ["Ctrl++", "Ctrl+="], perform: zoomIn },
  { id: "zoom-out", label: "Zoom out", keys: ["Ctrl+-"], perform: zoomOut },
  { id: "zoom-100", label: "Actual size", keys: ["Ctrl+1"], perform: () => zoomTo(1) },
  { id: "fit", label: "Fit all", icon: "fit", keys: ["Ctrl+0"], perform: () => fit() },
  {
    id: "fit-selection",
    label: "Show the selection",
    keys: ["F"],
    perform: fitSelection,
    enabled: () => useWorkflow.getState().selected.size > 0,
  },
  {
    id: "minimap",
    label: "Overview",
    keys: ["Ctrl+Alt+V"],
    perform: toggle("minimap"),
    checked: () => useKept.getState().minimap,
  },
  {
    id: "annotations",
    label: "Annotations",
    perform: toggle("annotations"),
    checked: () => useKept.getState().annotations,
  },
  { id: "counts", label: "Counts on wires", perform: toggle("counts"), checked: () => useKept.getState().counts },
  {
    id: "configuration",
    label: "Configuration",
    keys: ["Ctrl+Alt+C"],
    perform: toggle("configFolded"),
    checked: () => !useKept.getState().configFolded,
  },
  {
    id: "results",
    label: "Results",
    keys: ["Ctrl+Alt+R"],
    perform: toggle("resultsFolded"),
    checked: () => !useKept.getState().resultsFolded,
  },
  ...themes,
  {
    id: "help",
    label: "Help of the tool",
    keys: ["F1"],
    perform: () => useView.setState({ configTab: "help" }),
    whileTyping: true,
  },
  {
    id: "shortcuts",
    label: "Keyboard shortcuts",
    icon: "keyboard",
    keys: ["?"],
    perform: () => showDialog("shortcuts"),
  },
  { id: "next-part", label: "Go to the next panel", keys: ["F6"], perform: () => turn(1), whileTyping: true },
  {
    id: "part-before",
    label: "Go to the panel before",
    keys: ["Shift+F6"],
    perform: () => turn(-1),
    whileTyping: true,
  },
  { id: "escape", label: "Close, or select nothing", keys: ["Escape"], perform: escape },
];

function escape(): void {
  const { insertion, menu, dialog, notice } = useView.getState();
  if (insertion || menu || dialog || notice)
    useView.setState({ insertion: null, menu: null, dialog: null, notice: null });
  else select([]);
}
