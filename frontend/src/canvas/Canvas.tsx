import { Background, BackgroundVariant, ReactFlow, SelectionMode, ViewportPortal } from "@xyflow/react";
import { isMac } from "@/actions/action";
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
import { Overview } from "./Overview";
import { Wires } from "./Wires";
import { ZoomBar } from "./ZoomBar";

const nodeTypes = { tool: ToolNode, container: ContainerNode, comment: CommentNode };
const MIDDLE_BUTTON = [1];

/** The canvas: a wheel scrolls, with Ctrl it zooms; a drag frames; Space or the middle button moves the view. */
export function Canvas() {
  const { nodes, wires } = usePicture();
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
        <Overview nodes={nodes} />
      </ReactFlow>
      <Empty />
      <ZoomBar />
    </div>
  );
}
