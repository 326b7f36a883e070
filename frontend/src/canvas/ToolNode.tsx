import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { Tile } from "@/icons/Tile";
import { useTools } from "@/state/catalog";
import { useCheck } from "@/state/check";
import { Annotation } from "./Annotation";
import { Badge } from "./Badge";
import { Counts } from "./Counts";
import { Flags } from "./Flags";
import type { ToolFlowNode } from "./flow";

/** A tool on the canvas: tile, anchors, annotation, badge and counts. */
export const ToolNode = memo(function ToolNode({ id, data }: NodeProps<ToolFlowNode>) {
  const { node, inputs, outputs, wired, off } = data;
  const tool = useTools(({ byId }) => byId.get(node.tool));
  const cut = useCheck((check) => check.cut.includes(id));
  return (
    <div className={`tool ${off || cut ? "off" : ""}`}>
      <Flags node={id} side="input" anchors={inputs} />
      <div className="tool-tile" title={`${tool?.title ?? node.tool}: ${id}`}>
        <Tile tool={tool} />
      </div>
      <Flags node={id} side="output" anchors={outputs} />
      <Counts node={id} wired={wired} />
      <Badge node={id} />
      <Annotation name={id} node={node} />
    </div>
  );
});
