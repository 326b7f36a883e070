import type { NodeProps } from "@xyflow/react";
import { memo } from "react";
import { disabledBy } from "@/document/edits/containers";
import { nodesOf } from "@/document/types";
import { anchorsOf } from "@/document/wires";
import { Tile } from "@/icons/Tile";
import { catalog, useTools } from "@/state/catalog";
import { useCheck } from "@/state/check";
import { useWorkflow } from "@/state/workflow";
import { Annotation } from "./Annotation";
import { Badge } from "./Badge";
import { Counts } from "./Counts";
import { Flags } from "./Flags";

/** A tool on the canvas: tile, anchors, annotation, badge and counts. */
export const ToolNode = memo(function ToolNode({ id }: NodeProps) {
  const node = useWorkflow(({ history }) => nodesOf(history.document)[id]);
  const tool = useTools(({ byId }) => byId.get(node?.tool ?? ""));
  const off = useWorkflow(({ history }) => disabledBy(history.document, id) !== "");
  const cut = useCheck((check) => check.cut.includes(id));
  if (!node) return null;
  const outputs = anchorsOf(catalog(), node.tool, "output");
  return (
    <div className={`tool ${off || cut ? "off" : ""}`}>
      <Flags node={id} side="input" anchors={anchorsOf(catalog(), node.tool, "input")} />
      <div className="tool-tile" title={`${tool?.title ?? node.tool}: ${id}`}>
        <Tile tool={tool} />
      </div>
      <Flags node={id} side="output" anchors={outputs} />
      <Counts node={id} anchors={outputs} />
      <Badge node={id} />
      <Annotation name={id} node={node} />
    </div>
  );
});
