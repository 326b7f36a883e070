/** The run that the canvas shows. It has a store of its own, so that a tick of progress redraws one badge. */
import { create } from "zustand";
import * as api from "@/api/client";
import type { Outcome, Stamped } from "@/api/types";
import { after, NO_RUN, type RunState } from "./state";

const TOGETHER = 16; // ms

export const useRun = create<RunState>(() => NO_RUN);

let source: EventSource | null = null;
let waiting: Stamped[] = [];
let timer = 0;
/** The run was over before it was shown: it comes whole, and never looks as if it ran. */
let over = false;

/** Show a run from its first event on, live until it is over. EventSource comes back by itself where it left off. */
export function follow(run: string, outcome: Outcome | "running" = "running"): void {
  leave();
  over = outcome !== "running";
  useRun.setState({ ...NO_RUN, run, outcome: over ? null : "running" }, true);
  listen(run, 0);
}

function listen(run: string, from: number): void {
  const events = new EventSource(api.eventsUrl(run, from));
  source = events;
  events.onmessage = (message: MessageEvent<string>) => {
    const stamped = JSON.parse(message.data) as Stamped;
    waiting.push(stamped);
    if (!over || stamped.what.event === "run_finished") timer ||= window.setTimeout(fold, TOGETHER);
  };
  // 204 (the run is over and all was told) closes the source for good; a broken line is tried again by the browser.
  events.onerror = () => {
    void api.ping();
    if (events.readyState !== EventSource.CLOSED || source !== events) return;
    source = null;
    setTimeout(() => void resume(run), 2000);
  };
}

async function resume(run: string): Promise<void> {
  const isThere = await api.hasRun(run);
  const { run: shown, sequence } = useRun.getState();
  if (shown !== run || source !== null) return;
  if (isThere) listen(run, waiting.at(-1)?.sequence ?? sequence);
  else leave();
}

/** Events that came together are one redraw. A timer, not a frame: a hidden tab gets no frames. */
function fold(): void {
  clearTimeout(timer);
  timer = 0;
  const events = waiting;
  waiting = [];
  useRun.setState(events.reduce(after, useRun.getState()), true);
  if (useRun.getState().outcome !== "running") close();
}

function close(): void {
  source?.close();
  source = null;
}

/** Show no run. */
export function leave(): void {
  close();
  clearTimeout(timer);
  timer = 0;
  waiting = [];
  useRun.setState(NO_RUN, true);
}

export const isRunning = (): boolean => useRun.getState().outcome === "running";
