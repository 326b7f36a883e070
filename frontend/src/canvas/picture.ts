import { useEffect, useMemo, useRef, useState } from "react";
import { containerBoxes, positionsOf, type Point } from "@/document/geometry";
import type { Guide } from "@/document/guides";
import { catalog, useTools } from "@/state/catalog";
import { useWorkflow } from "@/state/workflow";
import { setWirePlaces } from "./connecting";
import { drawEdges, drawNodes, type FlowEdge, type FlowNode } from "./flow";

type Points = Readonly<Record<string, Point>>;

/** Places of what is being dragged, and the lines on which it stands level with its neighbours. */
export interface Dragged {
  readonly points: Points;
  readonly guides: readonly Guide[];
}

export interface Drag {
  /** Where everything stands that has a place; containers included. */
  readonly positions: Points;
  readonly set: (dragged: Dragged) => void;
}

export const STILL: Dragged = { points: {}, guides: [] };

/** What React Flow draws, and what is being dragged. */
export function usePicture(): {
  nodes: FlowNode[];
  edges: FlowEdge[];
  drag: Drag;
  guides: readonly Guide[];
} {
  const document = useWorkflow(({ history }) => history.document);
  const selected = useWorkflow((workflow) => workflow.selected);
  const selectedWires = useWorkflow((workflow) => workflow.selectedWires);
  const tools = useTools(({ byId }) => byId);
  const [dragged, setDragged] = useState(STILL);
  const before = useRef<{ nodes: FlowNode[]; edges: FlowEdge[] }>({ nodes: [], edges: [] });

  const places = useMemo(() => {
    const positions = positionsOf(document, catalog());
    return { positions, boxes: containerBoxes(document, positions) };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the catalogue stands in `tools`
  }, [document, tools]);

  /* eslint-disable react-hooks/refs -- the picture before is only compared with, for identities */
  /* eslint-disable react-hooks/exhaustive-deps -- the catalogue stands in `tools` */
  const nodes = useMemo(() => {
    const scene = { document, catalog: catalog(), positions: places.positions, dragged: dragged.points, selected };
    return drawNodes(scene, before.current.nodes);
  }, [document, places, dragged, selected, tools]);
  const edges = useMemo(() => {
    return drawEdges({ document, catalog: catalog(), selected, selectedWires }, before.current.edges);
  }, [document, selected, selectedWires, tools]);
  /* eslint-enable */
  useEffect(() => void (before.current = { nodes, edges }), [nodes, edges]);
  useEffect(() => setWirePlaces(new Map(edges.map((edge) => [edge.id, edge.data?.index ?? -1]))), [edges]);

  const drag = useMemo(() => ({ positions: { ...places.positions, ...places.boxes }, set: setDragged }), [places]);
  return { nodes, edges, drag, guides: dragged.guides };
}
