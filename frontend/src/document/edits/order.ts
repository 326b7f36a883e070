/** Which stands above which, as the anchors stand: a layout that knows only tools may cross the wires of one tool. */
import type { EdgeLabel, Graph, GraphLabel, NodeLabel } from "@dagrejs/dagre";

type Ranked = Graph<GraphLabel, NodeLabel, EdgeLabel>;

/** Where a wire leaves its source and enters its target, as shares of their height around the middle. */
export interface Slots {
  readonly out: number;
  readonly in: number;
}

/** A wire between neighbouring columns, or a part of a longer one, with the slots at its ends. */
interface Segment extends Slots {
  readonly from: string;
  readonly to: string;
}

type Columns = readonly (readonly string[])[];

const SWEEPS = 8;

/**
 * Put the columns of a ranked graph in the order in which the fewest wires cross: the one that they have, its mirror
 * image, or one that comes of sorting them. Within a column only neighbours of one container change places, so that
 * containers stay whole. `slots` are those of a wire, by the name of its edge.
 */
export function untangle(graph: Ranked, slots: (name: string) => Slots | undefined): void {
  const isTool = (node: string): boolean => graph.node(node).dummy === undefined;
  const segments = graph.edges().map(({ v, w, name = "" }): Segment => {
    const at = slots(name);
    return { from: v, to: w, out: (isTool(v) && at?.out) || 0, in: (isTool(w) && at?.in) || 0 };
  });
  // The edges of a container stay where they are.
  const group = (node: string): string => (graph.node(node).dummy === "border" ? node : (graph.parent(node) ?? ""));
  const found = columnsOf(graph);
  const mirrored = found.map((column) => column.toReversed());
  const [best] = [...swept(found, segments, group), ...swept(mirrored, segments, group)]
    .map((columns) => ({ columns, count: crossings(columns, segments) }))
    .sort((a, b) => a.count - b.count);
  for (const column of best?.columns ?? []) column.forEach((node, place) => (graph.node(node).order = place));
}

function columnsOf(graph: Ranked): string[][] {
  const placed = graph.nodes().flatMap((node) => {
    const { rank, order } = graph.node(node);
    return rank === undefined || order === undefined ? [] : [{ node, rank, order }];
  });
  const columns: string[][] = Array.from({ length: Math.max(0, ...placed.map(({ rank }) => rank + 1)) }, () => []);
  for (const { node, rank } of placed.toSorted((a, b) => a.order - b.order)) columns[rank]?.push(node);
  return columns;
}

/** The columns as they are, and after each sweep: to the right by what comes before, to the left by what follows. */
function swept(columns: Columns, segments: readonly Segment[], group: (node: string) => string): Columns[] {
  const before = grouped(segments, ({ to }) => to);
  const after = grouped(segments, ({ from }) => from);
  const found = [columns];
  for (let turn = 0; turn < SWEEPS; turn++) {
    const next = (found.at(-1) ?? []).map((column) => [...column]);
    const places = placesIn(next);
    const rightward = turn % 2 === 0;
    const ends = (node: string): number[] =>
      rightward
        ? (before.get(node) ?? []).map((wire) => (places.get(wire.from) ?? 0) + wire.out)
        : (after.get(node) ?? []).map((wire) => (places.get(wire.to) ?? 0) + wire.in);
    for (const column of rightward ? next : next.toReversed()) {
      arrange(column, group, (node) => mean(ends(node)));
      column.forEach((node, place) => places.set(node, place));
    }
    found.push(next);
  }
  return found;
}

/** Sort neighbours of one group by where they want to be; what hangs on nothing stays. */
function arrange(column: string[], group: (node: string) => string, wanted: (node: string) => number | null): void {
  for (let start = 0, end = 1; start < column.length; start = end, end++) {
    while (end < column.length && group(column[end] ?? "") === group(column[start] ?? "")) end++;
    const movable = column.slice(start, end).flatMap((node, index) => {
      const at = wanted(node);
      return at === null ? [] : [{ node, at, place: start + index }];
    });
    const sorted = movable.toSorted((a, b) => a.at - b.at);
    movable.forEach(({ place }, index) => (column[place] = sorted[index]?.node ?? ""));
  }
}

/** How often wires between neighbouring columns cross. */
function crossings(columns: Columns, segments: readonly Segment[]): number {
  const places = placesIn(columns);
  const ranks = new Map(columns.flatMap((column, rank) => column.map((node) => [node, rank] as const)));
  let count = 0;
  for (const wires of grouped(segments, ({ from }) => ranks.get(from)).values()) {
    const drawn = wires.map((wire) => ({
      start: (places.get(wire.from) ?? 0) + wire.out,
      end: (places.get(wire.to) ?? 0) + wire.in,
    }));
    drawn.forEach((one, index) => {
      for (const other of drawn.slice(index + 1)) if ((one.start - other.start) * (one.end - other.end) < 0) count++;
    });
  }
  return count;
}

function placesIn(columns: Columns): Map<string, number> {
  return new Map(columns.flatMap((column) => column.map((node, place) => [node, place] as const)));
}

function grouped<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
