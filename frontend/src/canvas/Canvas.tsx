import { Background, BackgroundVariant, MiniMap, ReactFlow, SelectionMode, ViewportPortal } from "@xyflow/react";
import { useCallback } from "react";
import { isMac } from "@/actions/action";
import { useTools } from "@/state/catalog";
import { useKept } from "@/state/view";
import { CommentNode } from "./CommentNode";
import { ContainerNode } from "./ContainerNode";
import { Empty } from "./Empty";
import { Floors } from "./Floors";
import type { FlowNode } from "./flow";
import { gestures, surface } from "./gestures";
import { Guides } from "./Guides";
import { MultiSelect } from "./MultiSelect";
import { usePicture } from "./picture";
import { ToolNode } from "./ToolNode";
import { setFlow } from "./viewport";
import { NewWire } from "./NewWire";
import { Wires } from "./Wires";
import { ZoomBar } from "./ZoomBar";

const nodeTypes = { tool: ToolNode, container: ContainerNode, comment: CommentNode };
const MIDDLE_BUTTON = [1];

/** The canvas: a wheel scrolls, with Ctrl it zooms; a drag frames; Space or the middle button moves the view. */
export function Canvas() {
  const { nodes, wires } = usePicture();
  const minimap = useKept((kept) => kept.minimap);
  const byId = useTools((tools) => tools.byId);
  const colour = useCallback(
    ({ type, data }: FlowNode) =>
      type === "tool" ? (byId.get(data.node.tool)?.category.colour ?? "#6b7280") : "var(--container)",
    [byId],
  );
  return (
    <div className="canvas" {...surface}>
      <ReactFlow<FlowNode>
        nodes={nodes}
        nodeTypes={nodeTypes}
        {...gestures}
        onInit={setFlow}
        connectionLineComponent={NewWire}
        connectionRadius={18}
        attributionPosition="bottom-center"
        connectOnClick={false}
        deleteKeyCode={null}
        disableKeyboardA11y // arrows and Delete are actions of ours
        elevateNodesOnSelect={false}
        maxZoom={3}
        minZoom={0.1}
        multiSelectionKeyCode={null}
        nodeDragThreshold={3}
        panActivationKeyCode="Space"
        panOnDrag={MIDDLE_BUTTON}
        panOnScroll
        selectionMode={SelectionMode.Full}
        selectionOnDrag
        zoomActivationKeyCode={isMac ? "Meta" : null} // a wheel with Ctrl zooms without; the key repaints everything
        zoomOnDoubleClick={false}
      >
        <Background
          variant={BackgroundVariant.Dots}
          gap={20}
          size={1.2}
          color="var(--canvas-dots)"
          bgColor="var(--canvas)"
        />
        <MultiSelect />
        <ViewportPortal>
          <Floors nodes={nodes} />
          <Wires nodes={nodes} wires={wires} />
        </ViewportPortal>
        <Guides />
        {minimap && (
          <MiniMap<FlowNode> pannable zoomable nodeColor={colour} ariaLabel="Overview" position="bottom-right" />
        )}
      </ReactFlow>
      <Empty />
      <ZoomBar />
    </div>
  );
}
