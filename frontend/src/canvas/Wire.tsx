import { BaseEdge, EdgeLabelRenderer, type ConnectionLineComponentProps, type EdgeProps } from "@xyflow/react";
import { memo } from "react";
import { refusal, sidesRefusal } from "@/document/policy";
import { catalog } from "@/state/catalog";
import { currentDocument, useWorkflow } from "@/state/workflow";
import { wireBetween } from "./connecting";
import type { FlowEdge } from "./flow";

/** A wire leaves and enters level, with a soft S half way; one that runs back bends around. */
export function wirePath(x1: number, y1: number, x2: number, y2: number): string {
  const dx = x2 - x1;
  const dy = y2 - y1;
  if (Math.abs(dy) < 0.5) return `M${x1} ${y1} L${x2} ${y2}`;
  if (dx < 24) {
    const reach = Math.min(120, 40 + Math.abs(dx) / 2);
    return `M${x1} ${y1} C${x1 + reach} ${y1} ${x2 - reach} ${y2} ${x2} ${y2}`;
  }
  const half = Math.min(dx / 2, 12 + Math.abs(dy) / 2, 60);
  const middle = x1 + dx / 2;
  return `M${x1} ${y1} L${middle - half} ${y1} C${middle + half * 0.15} ${y1} ${middle - half * 0.15} ${y2} ${middle + half} ${y2} L${x2} ${y2}`;
}

export const Wire = memo(function Wire(wire: EdgeProps<FlowEdge>) {
  const { source, sourceX, sourceY, target, targetX, targetY, data } = wire;
  // Asked here, as a change of the list of wires makes React Flow look at every one of them.
  const side = useWorkflow(({ selected }) =>
    selected.has(target) ? "incoming" : selected.has(source) ? "outgoing" : "",
  );
  return (
    <>
      <BaseEdge className={side} path={wirePath(sourceX, sourceY, targetX, targetY)} interactionWidth={16} />
      {data?.port && (
        <EdgeLabelRenderer>
          <div
            className="port"
            style={{ transform: `translate(-100%, -100%) translate(${targetX - 6}px, ${targetY}px)` }}
          >
            {data.port}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** The wire that is being drawn; where it may not end, it says why. */
export function NewWire({ fromX, fromY, toX, toY, fromHandle, toHandle }: ConnectionLineComponentProps) {
  const why = toHandle ? reason(fromHandle, toHandle) : null;
  const forward = fromHandle.type === "source";
  const path = forward ? wirePath(fromX, fromY, toX, toY) : wirePath(toX, toY, fromX, fromY);
  return (
    <g className={`new-wire ${why ? "refused" : ""}`}>
      <path d={path} />
      {why && (
        <foreignObject x={toX + 14} y={toY + 10} width="260" height="80">
          <div className="refusal" role="status">
            {why}
          </div>
        </foreignObject>
      )}
    </g>
  );
}

type HandleEnd = NonNullable<ConnectionLineComponentProps["toHandle"]>;

function reason(from: HandleEnd, to: HandleEnd): string | null {
  const side = (handle: HandleEnd) => (handle.type === "source" ? "output" : "input");
  return sidesRefusal(side(from), side(to)) ?? refusal(currentDocument(), catalog(), wireBetween(from, to));
}
