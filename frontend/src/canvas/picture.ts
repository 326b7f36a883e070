import { useEffect, useMemo, useRef } from "react";
import { create } from "zustand";
import { containerBoxes, positionsOf, type Box, type Point } from "@/document/geometry";
import type { Guide } from "@/document/guides";
import type { Document } from "@/document/types";
import type { Catalog } from "@/document/wires";
import { useTools } from "@/state/catalog";
import { useWorkflow } from "@/state/workflow";
import { drawNodes, type FlowNode } from "./flow";
import { drawWires, type DrawnWire } from "./wiring";

/** Places of what is being dragged, and the lines on which it stands level with its neighbours. */
export interface Dragged {
  readonly points: Readonly<Record<string, Point>>;
  readonly guides: readonly Guide[];
}

export const STILL: Dragged = { points: {}, guides: [] };

export const useDragged = create<Dragged>(() => STILL);

interface Places {
  readonly positions: Record<string, Point>;
  /** Of the containers. */
  readonly boxes: Record<string, Box>;
}

const known = new WeakMap<Document, { catalog: Catalog; places: Places }>();

/** Where everything stands when nothing is being dragged. */
export function placesIn(document: Document, catalog: Catalog): Places {
  const before = known.get(document);
  if (before?.catalog === catalog) return before.places;
  const positions = positionsOf(document, catalog);
  const places = { positions, boxes: containerBoxes(document, positions) };
  known.set(document, { catalog, places });
  return places;
}

interface Picture {
  readonly nodes: FlowNode[];
  readonly wires: readonly DrawnWire[];
}

/** What is drawn. */
export function usePicture(): Picture {
  const document = useWorkflow(({ history }) => history.document);
  const selected = useWorkflow((workflow) => workflow.selected);
  const catalog = useTools(({ byId }) => byId);
  const dragged = useDragged(({ points }) => points);
  const before = useRef<Picture>({ nodes: [], wires: [] });

  /* eslint-disable react-hooks/refs -- the picture before is only compared with, for identities */
  const nodes = useMemo(() => {
    const { positions, boxes } = placesIn(document, catalog);
    return drawNodes({ document, catalog, positions, boxes, dragged, selected }, before.current.nodes);
  }, [document, catalog, dragged, selected]);
  const wires = useMemo(() => drawWires(document, catalog, before.current.wires), [document, catalog]);
  /* eslint-enable */
  useEffect(() => void (before.current = { nodes, wires }), [nodes, wires]);
  return { nodes, wires };
}
