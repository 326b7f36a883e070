import { align, distribute, layOut, type Edge } from "@/document/edits/arrange";
import { addComment, addContainer, boxesOf, containerOf, toggle, wrap } from "@/document/edits/containers";
import { move, remove } from "@/document/edits/nodes";
import { disconnect } from "@/document/edits/wires";
import { commentsOf, containersOf, namesOf, nodesOf } from "@/document/types";
import { positionsOf, type Point } from "@/document/geometry";
import { catalog } from "@/state/catalog";
import { showDialog, useView } from "@/state/view";
import { add, currentDocument, edit, redoEdit, select, undoEdit, useWorkflow } from "@/state/workflow";
import { withContents } from "@/canvas/placing";
import { fit, middle } from "@/canvas/viewport";
import type { Action } from "./action";
import { copy, cut, duplicate, paste } from "./clipboard";

const selected = (): string[] => [...useWorkflow.getState().selected];
const some = (): boolean => selected().length > 0;
const oneTool = (): boolean => selected().length === 1 && nodesOf(currentDocument())[selected()[0] ?? ""] !== undefined;
const points = (): Record<string, Point> => {
  const all = positionsOf(currentDocument(), catalog());
  return Object.fromEntries(selected().flatMap((name) => (all[name] ? [[name, all[name]]] : [])));
};
const several = (): boolean => Object.keys(points()).length > 1;

function removeSelected(): void {
  const { selected: names, selectedWires } = useWorkflow.getState();
  edit("Delete", (draft) => {
    disconnect(draft, [...selectedWires]);
    remove(draft, catalog(), [...names]);
  });
}

/** What a container holds moves with it. */
function nudge(x: number, y: number): void {
  const all = positionsOf(currentDocument(), catalog());
  const moved = [...withContents(selected())].flatMap((name) => {
    const at = all[name];
    return at ? [[name, { x: at.x + x, y: at.y + y }]] : [];
  });
  edit(
    "Move",
    (draft) => move(draft, Object.fromEntries(moved) as Record<string, Point>),
    `nudge ${selected().join()}`,
  );
}

const arrows: Action[] = (
  [
    ["Left", -1, 0],
    ["Right", 1, 0],
    ["Up", 0, -1],
    ["Down", 0, 1],
  ] as const
).flatMap(([name, x, y]) => [
  {
    id: `nudge-${name}`,
    label: `Move ${name.toLowerCase()}`,
    keys: [`Arrow${name}`],
    enabled: some,
    perform: () => nudge(x * 5, y * 5),
  },
  {
    id: `push-${name}`,
    label: `Move far ${name.toLowerCase()}`,
    keys: [`Shift+Arrow${name}`],
    enabled: some,
    perform: () => nudge(x * 50, y * 50),
  },
]);

const aligning: Action[] = (
  [
    ["left", "left edges"],
    ["centre", "centres in a column"],
    ["right", "right edges"],
    ["top", "top edges"],
    ["middle", "centres in a row"],
    ["bottom", "bottom edges"],
  ] as [Edge, string][]
).map(([edge, label]) => ({
  id: `align-${edge}`,
  label: `Align ${label}`,
  enabled: several,
  perform: () => edit("Align", (draft) => move(draft, align(points(), edge))),
}));

export const editing: Action[] = [
  {
    id: "undo",
    label: "Undo",
    icon: "undo",
    keys: ["Ctrl+Z"],
    perform: undoEdit,
    enabled: () => useWorkflow.getState().history.past.length > 0,
    whileTyping: true,
  },
  {
    id: "redo",
    label: "Redo",
    icon: "redo",
    keys: ["Ctrl+Y", "Ctrl+Shift+Z"],
    perform: redoEdit,
    enabled: () => useWorkflow.getState().history.future.length > 0,
    whileTyping: true,
  },
  { id: "cut", label: "Cut", keys: ["Ctrl+X"], perform: () => void cut(), enabled: some },
  { id: "copy", label: "Copy", icon: "copy", keys: ["Ctrl+C"], perform: () => void copy(), enabled: some },
  { id: "paste", label: "Paste", keys: ["Ctrl+V"], perform: () => void paste() },
  { id: "duplicate", label: "Duplicate", keys: ["Ctrl+D"], perform: () => duplicate(), enabled: some },
  {
    id: "delete",
    label: "Delete",
    icon: "trash",
    keys: ["Delete", "Backspace"],
    perform: removeSelected,
    enabled: () => some() || useWorkflow.getState().selectedWires.size > 0,
  },
  { id: "select-all", label: "Select all", keys: ["Ctrl+A"], perform: () => select(namesOf(currentDocument())) },
  { id: "find", label: "Find a tool …", icon: "search", keys: ["Ctrl+F"], perform: () => showDialog("find") },
];

export const inserting: Action[] = [
  {
    id: "insert",
    label: "Insert a tool …",
    icon: "add",
    keys: ["Insert", "/"],
    perform: () => useView.setState({ insertion: middle() }),
  },
  {
    id: "insert-after",
    label: "Insert and connect …",
    keys: ["A"],
    enabled: oneTool,
    perform: insertAfter,
  },
  {
    id: "replace",
    label: "Replace with …",
    keys: ["R"],
    enabled: oneTool,
    perform: () => useView.setState({ insertion: { ...middle(), replace: selected()[0] ?? "" } }),
  },
  {
    id: "connect",
    label: "Connect with …",
    keys: ["C"],
    enabled: oneTool,
    perform: () => showDialog("connect"),
  },
  { id: "comment", label: "Add a comment", keys: ["Ctrl+Shift+M"], perform: comment },
  { id: "container", label: "Put into a new container", keys: ["Ctrl+G"], perform: contain },
  {
    id: "toggle-container",
    label: "Switch the container on or off",
    keys: ["Ctrl+E"],
    enabled: () => theContainer() !== "",
    perform: () => edit("Switch container", (draft) => toggle(draft, theContainer(), "disabled")),
  },
  {
    id: "fold-container",
    label: "Fold or unfold the container",
    keys: ["Ctrl+Shift+E"],
    enabled: () => theContainer() !== "",
    perform: () => edit("Fold container", (draft) => toggle(draft, theContainer(), "folded")),
  },
  {
    id: "annotate",
    label: "Edit the annotation or text",
    keys: ["F2"],
    enabled: () => selected().length === 1,
    perform: () => useView.setState({ editing: selected()[0] ?? "" }),
  },
];

export const arranging: Action[] = [
  {
    id: "layout",
    label: "Lay out everything",
    icon: "layout",
    keys: ["Ctrl+Shift+L"],
    perform: () => void layOutAll(),
  },
  ...aligning,
  {
    id: "distribute-x",
    label: "Distribute horizontally",
    enabled: several,
    perform: () => edit("Distribute", (draft) => move(draft, distribute(points(), "x"))),
  },
  {
    id: "distribute-y",
    label: "Distribute vertically",
    enabled: several,
    perform: () => edit("Distribute", (draft) => move(draft, distribute(points(), "y"))),
  },
  ...arrows,
];

async function layOutAll(): Promise<void> {
  const document = currentDocument();
  const arranged = await layOut(document, catalog(), boxesOf(document, positionsOf(document, catalog())));
  edit("Lay out", arranged);
  requestAnimationFrame(() => fit());
}

function insertAfter(): void {
  const [name = ""] = selected();
  const { tool } = nodesOf(currentDocument())[name] ?? { tool: "" };
  const anchor = catalog().get(tool)?.outputs[0];
  const at = points()[name] ?? { x: 0, y: 0 };
  const { screen } = middle();
  const flow = { x: at.x + 123, y: at.y + 18 };
  useView.setState({
    insertion: {
      screen,
      flow,
      ...(anchor ? { from: { end: { node: name, anchor: anchor.name }, side: "output" as const } } : {}),
    },
  });
}

function comment(): void {
  add("Add comment", (draft) => [addComment(draft, middle().flow)]);
  useView.setState({ editing: selected()[0] ?? "" });
}

function contain(): void {
  add("Add container", (draft) => [some() ? wrap(draft, selected()) : addContainer(draft, middle().flow)]);
}

/** The container that is selected, or that holds what is. */
function theContainer(): string {
  const document = currentDocument();
  const [name = ""] = selected();
  if (containersOf(document)[name]) return name;
  return nodesOf(document)[name] || commentsOf(document)[name] ? containerOf(document, name) : "";
}
