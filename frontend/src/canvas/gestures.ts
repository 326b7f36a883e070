/** What the mouse does on the canvas. */
import type { ReactFlowProps } from "@xyflow/react";
import type { DragEvent, HTMLAttributes, MouseEvent, PointerEvent } from "react";
import type { Point } from "@/document/geometry";
import { refusal } from "@/document/policy";
import { catalog } from "@/state/catalog";
import { openDropped } from "@/state/files";
import { useView, type ContextMenu } from "@/state/view";
import { currentDocument, select, useWorkflow } from "@/state/workflow";
import { draw, endOf, heldBy, letGo, wireAt, wireOf } from "./connecting";
import { dragging } from "./dragging";
import { endDrag, jointAt, showTarget, TOOL_TYPE } from "./dropping";
import type { FlowNode } from "./flow";
import { insertTool } from "./placing";
import { seek, toCanvas } from "./viewport";

type FlowProps = ReactFlowProps<FlowNode>;

const at = ({ clientX: x, clientY: y }: { clientX: number; clientY: number }): Point => ({ x, y });

const selecting: Partial<FlowProps> = {
  onNodesChange: (changes) => {
    const chosen = changes.filter((change) => change.type === "select");
    if (chosen.length === 0) return;
    const { selected, selectedWires } = useWorkflow.getState();
    const after = new Set(selected);
    for (const { id, selected: on } of chosen) {
      if (on) after.add(id);
      else after.delete(id);
    }
    select(after, selectedWires);
  },
};

const connecting: Partial<FlowProps> = {
  isValidConnection: (edge) => {
    const { source, target, sourceHandle = null, targetHandle = null } = edge;
    return refusal(currentDocument(), catalog(), wireOf({ source, target, sourceHandle, targetHandle })) === null;
  },
  onConnect: (connection) => draw(wireOf(connection)),
  /** A wire that was held by its end runs elsewhere; a new one that ends on the empty canvas asks for a tool there. */
  onConnectEnd: (event, { fromHandle, toHandle, isValid }) => {
    if (isValid || !fromHandle || !("clientX" in event)) return;
    const isOnCanvas = (event.target as Element).closest(".react-flow__pane, .container") !== null;
    const held = heldBy(fromHandle);
    if (held && (toHandle || isOnCanvas)) letGo(held, toHandle);
    if (held || toHandle || !isOnCanvas) return;
    const screen = at(event);
    const side = fromHandle.type === "source" ? "output" : "input";
    useView.setState({ insertion: { screen, flow: toCanvas(screen), from: { end: endOf(fromHandle), side } } });
  },
};

export function openMenu(event: MouseEvent | globalThis.MouseEvent, kind: ContextMenu["kind"]): void {
  event.preventDefault();
  useView.setState({ menu: { screen: at(event), flow: toCanvas(at(event)), kind } });
}

const menus: Partial<FlowProps> = {
  onPaneContextMenu: (event) => openMenu(event, "canvas"),
  onNodeContextMenu: (event, node) => {
    if (!useWorkflow.getState().selected.has(node.id)) select([node.id]);
    openMenu(event, "selection");
  },
  onPaneClick: () => useView.setState({ menu: null, insertion: null }),
};

export const surface: HTMLAttributes<HTMLDivElement> = {
  onDoubleClick: (event) => {
    if (!(event.target as Element).matches(".react-flow__pane, .wire *")) return;
    const screen = at(event);
    const wire = wireAt(screen.x, screen.y);
    useView.setState({ insertion: { screen, flow: toCanvas(screen), ...(wire === null ? {} : { wire }) } });
  },
  /** A press without Shift or Ctrl begins a new selection, so it lets go of the wires; React Flow sees to the things. */
  onPointerDownCapture: ({ target, button, shiftKey, ctrlKey, metaKey }: PointerEvent) => {
    const { selected, selectedWires } = useWorkflow.getState();
    if (button !== 0 || shiftKey || ctrlKey || metaKey || selectedWires.size === 0) return;
    if (!(target as Element).closest(".wire")) select(selected);
  },
  /** A thing that was reached by Tab is selected like by a click. */
  onKeyDown: (event) => {
    const { target, key, shiftKey } = event;
    if (!(target instanceof Element) || (key !== "Enter" && key !== " ")) return;
    if (!target.matches(".react-flow__node")) return;
    event.preventDefault();
    const { selected, selectedWires } = useWorkflow.getState();
    const id = target.getAttribute("data-id") ?? "";
    if (shiftKey) select([...selected, id], selectedWires);
    else select([id]);
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

/** Made once: React Flow would tell all its nodes of every handler that is another one. */
export const gestures: Partial<FlowProps> = { ...selecting, ...connecting, ...menus, ...dragging };
