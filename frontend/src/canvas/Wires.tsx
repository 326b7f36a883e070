import { memo, useMemo, type KeyboardEvent, type MouseEvent } from "react";
import { select, useWorkflow } from "@/state/workflow";
import type { FlowNode } from "./flow";
import { openMenu } from "./gestures";
import { Ends, numberPlace, wirePath, type DrawnWire } from "./wiring";

const NOWHERE = { x: 0, y: 0 };

/**
 * All wires in one drawing. React Flow's own edges are a drawing each, and every one of them asks its store again
 * whenever anything on the canvas changes; here one component knows where they end.
 */
export function Wires({ nodes, wires }: { nodes: readonly FlowNode[]; wires: readonly DrawnWire[] }) {
  const selected = useWorkflow((workflow) => workflow.selected);
  const selectedWires = useWorkflow((workflow) => workflow.selectedWires);
  const ends = useMemo(() => new Ends(nodes), [nodes]);
  return (
    <svg className="wires">
      {wires.map(({ id, index, source, target, port }) => {
        const from = ends.at(source, "source");
        const to = ends.at(target, "target");
        if (!from || !to) return null;
        const place = port ? numberPlace(from, to) : NOWHERE;
        return (
          <Wire
            key={id}
            id={id}
            index={index}
            path={wirePath(from, to)}
            port={port}
            portX={place.x}
            portY={place.y}
            side={selected.has(target.node) ? "incoming" : selected.has(source.node) ? "outgoing" : ""}
            selected={selectedWires.has(index)}
          />
        );
      })}
    </svg>
  );
}

interface WireProps {
  id: string;
  index: number;
  path: string;
  port: string;
  portX: number;
  portY: number;
  /** Whether it leads to what is selected, or away from it. */
  side: "incoming" | "outgoing" | "";
  selected: boolean;
}

const Wire = memo(function Wire({ id, index, path, port, portX, portY, side, selected }: WireProps) {
  const click = ({ shiftKey, ctrlKey, metaKey }: MouseEvent | KeyboardEvent): void =>
    shiftKey || ctrlKey || metaKey ? addWire(index) : select([], [index]);
  return (
    <g
      className={`wire ${side} ${selected ? "selected" : ""}`}
      data-id={id}
      role="button"
      aria-label={`Wire ${id.replace("->", " to ")}`}
      aria-pressed={selected}
      tabIndex={0}
      onClick={click}
      onKeyDown={(event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        click(event);
      }}
      onContextMenu={(event) => {
        select([], [index]);
        openMenu(event, "wire");
      }}
    >
      <path className="wire-reach" d={path} />
      <path className="wire-line" d={path} />
      {port && (
        <text x={portX} y={portY}>
          {port}
        </text>
      )}
    </g>
  );
});

/** Add a wire to the selection, or take it away. */
function addWire(index: number): void {
  const { selected, selectedWires } = useWorkflow.getState();
  const wires = new Set(selectedWires);
  if (!wires.delete(index)) wires.add(index);
  select(selected, wires);
}
