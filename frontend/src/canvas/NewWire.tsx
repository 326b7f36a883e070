import { useInternalNode, type ConnectionLineComponentProps } from "@xyflow/react";
import { useEffect } from "react";
import { refusal, sidesRefusal } from "@/document/policy";
import type { PlacedWire } from "@/document/wires";
import { catalog } from "@/state/catalog";
import { currentDocument } from "@/state/workflow";
import { heldBy, heldTo, wireBetween } from "./connecting";
import type { ToolFlowNode } from "./flow";
import { Ends, wireId, wirePath } from "./wiring";

/** The wire that is being drawn, or held by its end; where it may not end, it says why. */
export function NewWire({ fromX, fromY, toX, toY, fromHandle, toHandle }: ConnectionLineComponentProps) {
  const held = heldBy(fromHandle);
  const feeding = useInternalNode<ToolFlowNode>(held?.source.node ?? "");
  const heldId = held && wireId(held);
  useEffect(() => {
    const drawn = document.querySelector(`.wire[data-id="${CSS.escape(heldId ?? "")}"]`);
    drawn?.classList.add("held");
    return () => drawn?.classList.remove("held");
  }, [heldId]);
  const why = toHandle ? reason(held, fromHandle, toHandle) : null;
  const start = held && feeding && new Ends([feeding]).at({ ...held.source, handle: held.source.anchor }, "source");
  const anchor = { x: fromX, y: fromY };
  const mouse = { x: toX, y: toY };
  let [from, to] = fromHandle.type === "source" ? [anchor, mouse] : [mouse, anchor];
  if (start && toHandle?.type !== "source") [from, to] = [start, mouse];
  return (
    <g className={`new-wire ${why ? "refused" : ""}`}>
      <path d={wirePath(from, to)} />
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

function reason(held: PlacedWire | undefined, from: HandleEnd, to: HandleEnd): string | null {
  if (held) return refusal(currentDocument(), catalog(), heldTo(held, to), held.index);
  const side = (handle: HandleEnd) => (handle.type === "source" ? "output" : "input");
  return sidesRefusal(side(from), side(to)) ?? refusal(currentDocument(), catalog(), wireBetween(from, to));
}
