import { align, distribute, layOut, type Edge } from "@/document/edits/arrange";
import { addComment, addContainer, boxesOf, containerOf, resize, toggle, wrap } from "@/document/edits/containers";
import { move, remove } from "@/document/edits/nodes";
import { disconnect } from "@/document/edits/wires";
import { commentsOf, containersOf, namesOf, nodesOf } from "@/document/types";
import { positionsOf, TILE, type Point } from "@/document/geometry";
import { wiresOf } from "@/document/wires";
import { catalog } from "@/state/catalog";
import { showDialog, useView } from "@/state/view";
import { add, currentDocument, edit, redoEdit, select, undoEdit, useWorkflow } from "@/state/workflow";
import { withContents } from "@/canvas/placing";
import { fit, middle, pan } from "@/canvas/viewport";
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

/** What a container holds moves with it; where nothing is selected, the view moves. */
function nudge(x: number, y: number): void {
  if (!some()) return pan(10 * x, 10 * y);
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

const SIZES = { Left: "narrower", Right: "wider", Up: "lower", Down: "higher" } as const;
const LEAST = { width: 60, height: 30 };
const ORIGIN: Point = { x: 0, y: 0 };

const sizeable = (): boolean => {
  const [name = "", ...others] = selected();
  const document = currentDocument();
  return others.length === 0 && (containersOf(document)[name] ?? commentsOf(document)[name]) !== undefined;
};

function grow(width: number, height: number): void {
  const document = currentDocument();
  const [name = ""] = selected();
  const box = boxesOf(document, positionsOf(document, catalog()))[name];
  if (!box) return;
  const wanted = {
    ...box,
    width: Math.max(LEAST.width, box.width + width),
    height: Math.max(LEAST.height, box.height + height),
  };
  edit("Resize", (draft) => resize(draft, name, wanted), `size ${name}`);
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
    perform: () => nudge(x * 5, y * 5),
  },
  {
    id: `push-${name}`,
    label: `Move far ${name.toLowerCase()}`,
    keys: [`Shift+Arrow${name}`],
    perform: () => nudge(x * 50, y * 50),
  },
  {
    id: `size-${name}`,
    label: `Make the box ${SIZES[name]}`,
    keys: [`Alt+Shift+Arrow${name}`],
    enabled: sizeable,
    perform: () => grow(x * 10, y * 10),
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
    perform: insert,
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
    id: "into-container",
    label: "Move into or out of a container …",
    keys: ["Ctrl+Shift+G"],
    enabled: some,
    perform: () => showDialog("container"),
  },
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

/** A tool into the selected wire, else anywhere. */
function insert(): void {
  const [wire, ...others] = useWorkflow.getState().selectedWires;
  const ends =
    others.length === 0 ? wiresOf(currentDocument(), catalog()).find(({ index }) => index === wire) : undefined;
  if (!ends) return useView.setState({ insertion: middle() });
  const all = positionsOf(currentDocument(), catalog());
  const [from = ORIGIN, to = ORIGIN] = [all[ends.source.node], all[ends.target.node]];
  const flow = { x: (from.x + to.x + TILE) / 2, y: (from.y + to.y + TILE) / 2 };
  useView.setState({ insertion: { ...middle(), flow, wire: ends.index } });
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
