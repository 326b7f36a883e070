import { memo, useMemo } from "react";
import { boxesOf, extent } from "@/document/edits/containers";
import { positionsOf, TILE, type Point } from "@/document/geometry";
import { containersOf, nodesOf, type Document } from "@/document/types";
import { wiresOf } from "@/document/wires";
import { Tile } from "@/icons/Tile";
import { useTools } from "@/state/catalog";
import { wirePath } from "./wiring";

const MARGIN = 12;
const MIDDLE = TILE / 2;
const LARGER = 1.6; // tiles, so that their families are told apart in a small picture

/** A small picture of a workflow: containers, wires and tiles. */
export const Sketch = memo(function Sketch({ document }: { document: Document }) {
  const tools = useTools(({ byId }) => byId);
  const { boxes, positions, wires } = useMemo(() => {
    const places = positionsOf(document, tools);
    return { positions: places, boxes: boxesOf(document, places), wires: wiresOf(document, tools) };
  }, [document, tools]);
  const all = extent(Object.values(boxes));
  const view = [all.x - MARGIN, all.y - MARGIN, all.width + 2 * MARGIN, all.height + 2 * MARGIN].join(" ");
  const path = (from: Point, to: Point): string =>
    wirePath({ x: from.x + TILE, y: from.y + MIDDLE }, { x: to.x, y: to.y + MIDDLE });
  return (
    <svg className="sketch" viewBox={view} aria-hidden="true">
      {Object.keys(containersOf(document)).map((name) => (
        <rect key={name} className="sketch-container" {...boxes[name]} rx="4" />
      ))}
      {wires.map(({ index, source, target }) => {
        const [from, to] = [positions[source.node], positions[target.node]];
        return from && to && <path key={index} className="sketch-wire" d={path(from, to)} />;
      })}
      {Object.entries(nodesOf(document)).map(([name, { tool }]) => {
        const { x, y } = positions[name] ?? { x: 0, y: 0 };
        const corner = (at: number): number => at + MIDDLE * (1 - LARGER);
        return (
          <g key={name} transform={`translate(${corner(x)} ${corner(y)})`}>
            <Tile tool={tools.get(tool)} size={TILE * LARGER} />
          </g>
        );
      })}
    </svg>
  );
});
