/** What a run looks like, folded from its events one by one. Pure: the same events give the same picture. */
import type { Level, NodeRunState, Outcome, Stamped } from "@/api/types";

export interface NodeRun {
  readonly state: NodeRunState;
  readonly seconds: number;
  readonly reason: string;
  /** Why it runs, or why it need not. */
  readonly why: string;
  readonly fraction: number | null;
  readonly text: string;
  /** The gravest of its messages. */
  readonly level: Level | null;
}

export interface Count {
  readonly records: number;
  readonly bytes: number;
}

export interface EpochPoint {
  readonly epoch: number;
  readonly epochs: number;
  readonly metrics: Readonly<Record<string, number>>;
}

export interface RunMessage {
  readonly sequence: number;
  readonly node: string;
  readonly level: Level | "file";
  readonly text: string;
  readonly hint: string;
}

export interface RunState {
  readonly run: string;
  readonly began: number;
  /** The last event seen; those up to it are not counted again. */
  readonly sequence: number;
  readonly outcome: Outcome | "running" | null;
  readonly seconds: number;
  readonly nodes: Readonly<Record<string, NodeRun>>;
  /** By `node.anchor`. */
  readonly counts: Readonly<Record<string, Count>>;
  readonly epochs: Readonly<Record<string, readonly EpochPoint[]>>;
  readonly messages: readonly RunMessage[];
}

export const NO_RUN: RunState = {
  run: "",
  began: 0,
  sequence: 0,
  outcome: null,
  seconds: 0,
  nodes: {},
  counts: {},
  epochs: {},
  messages: [],
};

const WAITING: NodeRun = { state: "waiting", seconds: 0, reason: "", why: "", fraction: null, text: "", level: null };
/** Of every tool the first time, so nobody needs to be told; the words of `engine.cache.reasons`. */
const FIRST_TIME = "it has not run before";
const GRAVITY: readonly Level[] = ["info", "warning", "conversion_error", "error"];

/** The picture after an event; events that were seen already change nothing. */
export function after(state: RunState, { sequence, time, what }: Stamped): RunState {
  if (sequence <= state.sequence) return state;
  const seen = { ...state, sequence };
  switch (what.event) {
    case "run_started":
      return { ...NO_RUN, sequence, run: what.run, began: time, outcome: "running", nodes: waiting(what.nodes) };
    case "node_state": {
      const { state: now, seconds, reason } = what;
      return withNode(seen, what.node, { state: now, seconds, reason });
    }
    case "planned": {
      const planned = withNode(seen, what.node, { why: what.reason });
      if (what.reused || what.reason === FIRST_TIME) return planned;
      return said(planned, what.node, "info", `It runs again: ${what.reason}.`, "");
    }
    case "progress":
      return withNode(seen, what.node, { fraction: what.fraction ?? null, text: what.text });
    case "counts": {
      const count = { records: what.records, bytes: what.bytes };
      return { ...seen, counts: { ...state.counts, [`${what.node}.${what.anchor}`]: count } };
    }
    case "epoch": {
      const point = { epoch: what.epoch, epochs: what.epochs, metrics: what.metrics };
      return { ...seen, epochs: { ...state.epochs, [what.node]: [...(state.epochs[what.node] ?? []), point] } };
    }
    case "message":
      return withMessage(seen, what.node, what.level, what.text, what.hint);
    case "file_written":
      return said(seen, what.node, "file", `${what.path}: ${written(what.records)} written`, "");
    case "run_finished":
      return { ...seen, outcome: what.outcome, seconds: what.seconds, nodes: stopped(state.nodes) };
  }
}

function waiting(nodes: Readonly<Record<string, string>>): Record<string, NodeRun> {
  return Object.fromEntries(Object.keys(nodes).map((name) => [name, WAITING]));
}

/** Where a run was abandoned, nobody has said what became of the tool that was at work. */
function stopped(nodes: RunState["nodes"]): RunState["nodes"] {
  const skipped = { state: "skipped", reason: "The run was stopped." } as const;
  return Object.fromEntries(
    Object.entries(nodes).map(([name, node]) => [name, node.state === "running" ? { ...node, ...skipped } : node]),
  );
}

function withNode(state: RunState, node: string, news: Partial<NodeRun>): RunState {
  return { ...state, nodes: { ...state.nodes, [node]: { ...(state.nodes[node] ?? WAITING), ...news } } };
}

function withMessage(state: RunState, node: string, level: Level, text: string, hint: string): RunState {
  const before = state.nodes[node]?.level ?? null;
  const gravest = before !== null && GRAVITY.indexOf(before) > GRAVITY.indexOf(level) ? before : level;
  return said(node ? withNode(state, node, { level: gravest }) : state, node, level, text, hint);
}

function said(state: RunState, node: string, level: RunMessage["level"], text: string, hint: string): RunState {
  return { ...state, messages: [...state.messages, { sequence: state.sequence, node, level, text, hint }] };
}

function written(records: number): string {
  return records === 1 ? "1 record" : `${records.toLocaleString("en")} records`;
}
