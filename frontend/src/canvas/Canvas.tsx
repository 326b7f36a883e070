import { Background, BackgroundVariant, MiniMap, ReactFlow, SelectionMode } from "@xyflow/react";
import { useMemo } from "react";
import { nodesOf } from "@/document/types";
import { useTools } from "@/state/catalog";
import { useKept } from "@/state/view";
import { useDocument } from "@/state/workflow";
import { CommentNode } from "./CommentNode";
import { ContainerNode } from "./ContainerNode";
import { Empty } from "./Empty";
import { Floors } from "./Floors";
import type { FlowEdge, FlowNode } from "./flow";
import { gestures, surface } from "./gestures";
import { Guides } from "./Guides";
import { usePicture } from "./picture";
import { ToolNode } from "./ToolNode";
import { setFlow } from "./viewport";
import { NewWire, Wire } from "./Wire";
import { ZoomBar } from "./ZoomBar";

const nodeTypes = { tool: ToolNode, container: ContainerNode, comment: CommentNode };
const edgeTypes = { wire: Wire };
const MULTI_SELECT = ["Shift", "Control", "Meta"];
const MIDDLE_BUTTON = [1];

/** The canvas: a wheel scrolls, with Ctrl it zooms; a drag frames; Space or the middle button moves the view. */
export function Canvas() {
  const { nodes, edges } = usePicture();
  const minimap = useKept((kept) => kept.minimap);
  const document = useDocument();
  const byId = useTools((tools) => tools.byId);
  const colour = useMemo(
    () => (node: FlowNode) =>
      node.type === "tool"
        ? (byId.get(nodesOf(document)[node.id]?.tool ?? "")?.category.colour ?? "#6b7280")
        : "var(--container)",
    [byId, document],
  );
  return (
    <div className="canvas" {...surface}>
      <ReactFlow<FlowNode, FlowEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        {...gestures}
        onInit={setFlow}
        connectionLineComponent={NewWire}
        connectionRadius={18}
        connectOnClick={false}
        deleteKeyCode={null}
        disableKeyboardA11y // arrows and Delete are actions of ours
        elevateNodesOnSelect={false}
        elevateEdgesOnSelect={false}
        maxZoom={3}
        minZoom={0.1}
        multiSelectionKeyCode={MULTI_SELECT}
        nodeDragThreshold={3}
        panActivationKeyCode="Space"
        panOnDrag={MIDDLE_BUTTON}
        panOnScroll
        selectionMode={SelectionMode.Full}
        selectionOnDrag
        zoomOnDoubleClick={false}
      >
        <Background
          variant={BackgroundVariant.Dots}
          gap={20}
          size={1.2}
          color="var(--canvas-dots)"
          bgColor="var(--canvas)"
        />
        <Floors nodes={nodes} />
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
