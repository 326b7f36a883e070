import { containersOf } from "@/document/types";
import { useDocument } from "@/state/workflow";
import type { FlowNode } from "./flow";

/** The ground of the containers, below all wires; their frames and title bars stand above the wires. */
export function Floors({ nodes }: { nodes: readonly FlowNode[] }) {
  const containers = containersOf(useDocument());
  return (
    <>
      {nodes
        .filter((node) => node.type === "container" && !node.hidden)
        .map(({ id, position: { x, y }, width, height, zIndex = 0 }) => (
          <div
            key={id}
            className={`floor ${containers[id]?.disabled ? "disabled" : ""}`}
            style={{ transform: `translate(${x}px, ${y}px)`, width, height, zIndex: zIndex - 20 }}
          />
        ))}
    </>
  );
}
