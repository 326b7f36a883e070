import type { ConnectionLineComponentProps } from "@xyflow/react";
import { refusal, sidesRefusal } from "@/document/policy";
import { catalog } from "@/state/catalog";
import { currentDocument } from "@/state/workflow";
import { wireBetween } from "./connecting";
import { wirePath } from "./wiring";

/** The wire that is being drawn; where it may not end, it says why. */
export function NewWire({ fromX, fromY, toX, toY, fromHandle, toHandle }: ConnectionLineComponentProps) {
  const why = toHandle ? reason(fromHandle, toHandle) : null;
  const [from, to] = [
    { x: fromX, y: fromY },
    { x: toX, y: toY },
  ];
  return (
    <g className={`new-wire ${why ? "refused" : ""}`}>
      <path d={fromHandle.type === "source" ? wirePath(from, to) : wirePath(to, from)} />
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
