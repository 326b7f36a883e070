/** What the mouse does on the canvas. */
import type { EdgeChange, NodeChange, ReactFlowProps } from "@xyflow/react";
import type { DragEvent, HTMLAttributes, MouseEvent } from "react";
import type { Point } from "@/document/geometry";
import { refusal } from "@/document/policy";
import { catalog } from "@/state/catalog";
import { openDropped } from "@/state/files";
import { useView, type ContextMenu } from "@/state/view";
import { currentDocument, select, useWorkflow } from "@/state/workflow";
import { draw, endOf, wireAt, wireOf, wirePlace } from "./connecting";
import { dragging } from "./dragging";
import { endDrag, jointAt, showTarget, TOOL_TYPE } from "./dropping";
import type { FlowEdge, FlowNode } from "./flow";
import { insertTool } from "./placing";
import { seek, toCanvas } from "./viewport";

type FlowProps = ReactFlowProps<FlowNode, FlowEdge>;

const at = ({ clientX: x, clientY: y }: { clientX: number; clientY: number }): Point => ({ x, y });

/** Everything that is selected afterwards, from what changed. */
function changed<T>(before: ReadonlySet<T>, changes: readonly { key: T; selected: boolean }[]): Set<T> {
  const after = new Set(before);
  for (const { key, selected } of changes) {
    if (selected) after.add(key);
    else after.delete(key);
  }
  return after;
}

function selectionOf(
  changes: readonly (NodeChange<FlowNode> | EdgeChange<FlowEdge>)[],
): { id: string; selected: boolean }[] {
  return changes.flatMap((change) => (change.type === "select" ? [change] : []));
}

const selecting: Partial<FlowProps> = {
  onNodesChange: (changes) => {
    const found = selectionOf(changes);
    if (found.length === 0) return;
    const { selected, selectedWires } = useWorkflow.getState();
    const keyed = found.map(({ id, selected: on }) => ({ key: id, selected: on }));
    select(changed(selected, keyed), selectedWires);
  },
  onEdgesChange: (changes) => {
    const found = selectionOf(changes);
    if (found.length === 0) return;
    const { selected, selectedWires } = useWorkflow.getState();
    const keyed = found.map(({ id, selected: on }) => ({ key: wirePlace(id), selected: on }));
    select(selected, changed(selectedWires, keyed));
  },
};

const connecting: Partial<FlowProps> = {
  isValidConnection: (edge) => {
    const { source, target, sourceHandle = null, targetHandle = null } = edge;
    return refusal(currentDocument(), catalog(), wireOf({ source, target, sourceHandle, targetHandle })) === null;
  },
  onConnect: (connection) => draw(wireOf(connection)),
  /** A wire that ends on the empty canvas asks which tool shall be there. */
  onConnectEnd: (event, { fromHandle, toHandle, isValid }) => {
    if (toHandle || isValid || !fromHandle || !("clientX" in event)) return;
    if (!(event.target as Element).closest(".react-flow__pane, .container")) return;
    const screen = at(event);
    const side = fromHandle.type === "source" ? "output" : "input";
    useView.setState({ insertion: { screen, flow: toCanvas(screen), from: { end: endOf(fromHandle), side } } });
  },
};

function openMenu(event: MouseEvent | globalThis.MouseEvent, kind: ContextMenu["kind"]): void {
  event.preventDefault();
  useView.setState({ menu: { screen: at(event), flow: toCanvas(at(event)), kind } });
}

const menus: Partial<FlowProps> = {
  onPaneContextMenu: (event) => openMenu(event, "canvas"),
  onSelectionContextMenu: (event) => openMenu(event, "selection"),
  onNodeContextMenu: (event, node) => {
    if (!useWorkflow.getState().selected.has(node.id)) select([node.id]);
    openMenu(event, "selection");
  },
  onEdgeContextMenu: (event, edge) => {
    select([], [wirePlace(edge.id)]);
    openMenu(event, "wire");
  },
  onPaneClick: () => useView.setState({ menu: null, insertion: null }),
};

export const surface: HTMLAttributes<HTMLDivElement> = {
  onDoubleClick: (event) => {
    if (!(event.target as Element).classList.contains("react-flow__pane")) return;
    const screen = at(event);
    const wire = wireAt(screen.x, screen.y);
    useView.setState({ insertion: { screen, flow: toCanvas(screen), ...(wire === null ? {} : { wire }) } });
  },
  /** A thing or a wire that was reached by Tab is selected like by a click. */
  onKeyDown: (event) => {
    const { target, key, shiftKey } = event;
    if (!(target instanceof Element) || (key !== "Enter" && key !== " ")) return;
    if (!target.matches(".react-flow__node, .react-flow__edge")) return;
    event.preventDefault();
    const id = target.getAttribute("data-id") ?? "";
    const { selected, selectedWires } = useWorkflow.getState();
    const [things, wires] = shiftKey ? [selected, selectedWires] : [[], []];
    if (target.matches(".react-flow__node")) select([...things, id], wires);
    else select(things, [...wires, wirePlace(id)]);
  },
  /** What Tab leads to comes into sight. */
  onFocus: ({ target }) => {
    if (target.matches(".react-flow__node:focus-visible")) seek(target.getBoundingClientRect());
  },
  onDragOver: (event: DragEvent) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
    if (!event.dataTransfer.types.includes(TOOL_TYPE)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    showTarget(event.clientX, event.clientY);
  },
  onDragLeave: () => endDrag(),
  onDrop: (event: DragEvent) => {
    const tool = event.dataTransfer.getData(TOOL_TYPE);
    const { x, y } = at(event);
    const joint = tool ? jointAt(x, y) : {};
    endDrag();
    const file = event.dataTransfer.files[0];
    if (!tool && !file) return;
    event.preventDefault();
    if (file) {
      void openDropped(file);
      return;
    }
    insertTool(tool, { flow: toCanvas({ x, y }), ...joint });
  },
};

/** Made once: React Flow would tell all its nodes and edges of every handler that is another one. */
export const gestures: Partial<FlowProps> = { ...selecting, ...connecting, ...menus, ...dragging };
