import { MiniMap, useStore } from "@xyflow/react";
import { useCallback, useMemo } from "react";
import { extent } from "@/document/edits/containers";
import { useTools } from "@/state/catalog";
import { useKept } from "@/state/view";
import type { FlowNode } from "./flow";

/** Where the view is in the workflow, while some of that is out of sight: else it would only lie over what is seen. */
export function Overview({ nodes }: { nodes: readonly FlowNode[] }) {
  const wanted = useKept((kept) => kept.minimap);
  const byId = useTools((tools) => tools.byId);
  const all = useMemo(() => {
    const shown = nodes.filter(({ hidden }) => !hidden);
    return extent(shown.map(({ position, width = 0, height = 0 }) => ({ ...position, width, height })));
  }, [nodes]);
  const isWhole = useStore(({ transform: [x, y, zoom], width, height }) => {
    const [left, top] = [all.x * zoom + x, all.y * zoom + y];
    return left >= 0 && top >= 0 && left + all.width * zoom <= width && top + all.height * zoom <= height;
  });
  const colour = useCallback(
    ({ type, data }: FlowNode) =>
      type === "tool" ? (byId.get(data.node.tool)?.category.colour ?? "#6b7280") : "var(--container)",
    [byId],
  );
  if (!wanted || isWhole || all.width === 0) return null;
  return <MiniMap<FlowNode> pannable zoomable nodeColor={colour} ariaLabel="Overview" position="bottom-right" />;
}
