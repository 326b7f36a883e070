import { useUpdateNodeInternals, type NodeProps } from "@xyflow/react";
import { memo, useEffect, useRef } from "react";
import { disabledBy } from "@/document/edits/containers";
import { nodesOf } from "@/document/types";
import { anchorsAt, type Anchor, type Side } from "@/document/wires";
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
  const inputs = useAnchors(id, "input");
  const outputs = useAnchors(id, "output");
  if (!node) return null;
  return (
    <div className={`tool ${off || cut ? "off" : ""}`}>
      <Flags node={id} side="input" anchors={inputs} />
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

/** The anchors of one side; React Flow hears of those that come later, with a wire or with another tool. */
function useAnchors(node: string, side: Side): readonly Anchor[] {
  const update = useUpdateNodeInternals();
  const anchors = useWorkflow(({ history }) => anchorsAt(history.document, catalog(), node, side));
  const drawn = useRef(anchors);
  useEffect(() => {
    if (drawn.current !== anchors) update(node);
    drawn.current = anchors;
  }, [anchors, node, update]);
  return anchors;
}
