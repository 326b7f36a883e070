/** Start, stop and find runs. */
import * as api from "@/api/client";
import { flushEdits } from "@/state/flush";
import { checkSoon, useCheck } from "@/state/check";
import { notify, notifyError, useView } from "@/state/view";
import { arrived, currentDocument, useWorkflow } from "@/state/workflow";
import { follow, isRunning, useRun } from "./store";

let starting = false;
let newestSeen = "";

/** Run the document as it is on the canvas: all of it, or what one node needs. */
export async function run(until = "", cache = true): Promise<void> {
  await arrived();
  if (isRunning() || starting) return;
  flushEdits();
  starting = true;
  try {
    newestSeen = await api.start(useWorkflow.getState().path, currentDocument(), until, cache);
    follow(newestSeen);
  } catch (error) {
    const { status } = error as api.Refused;
    const first = useCheck.getState().problems.find((problem) => problem.level === "error");
    if (status === 422 && first) {
      refuse(`${first.node ? `${first.node}: ` : ""}${first.message}`);
    } else notifyError(error);
  } finally {
    starting = false;
  }
}

/** Say why a run cannot be, for as long as that is so. */
function refuse(why: string): void {
  notify("The workflow has errors, so it cannot run.", "error", why);
  useView.setState({ resultsTab: "messages" });
  const { notice } = useView.getState();
  const leave = useCheck.subscribe(({ problems }) => {
    if (useView.getState().notice === notice) {
      if (problems.some(({ level }) => level === "error")) return;
      useView.setState({ notice: null });
    }
    leave();
  });
}

export async function stop(): Promise<void> {
  if (isRunning()) await api.cancel(useRun.getState().run).catch(notifyError);
}

/** Let a training stop after this epoch and keep the best. */
export async function finish(): Promise<void> {
  if (isRunning()) await api.finish(useRun.getState().run).catch(notifyError);
}

/** Show the newest run of the open file: the one in progress, or what the last one left. */
export async function attach(): Promise<void> {
  const { path } = useWorkflow.getState();
  const { run: shown } = useRun.getState();
  if (!path) return;
  const [newest] = await api.runs(path).catch(() => []);
  // A run that was started meanwhile is newer than what the server just told.
  const meanwhile = starting || useRun.getState().run !== shown || useWorkflow.getState().path !== path;
  if (!newest || meanwhile) return;
  // Who looks at an earlier run is left there until there is a newer one than was known.
  if (newest.run !== shown && (shown === "" || newest.run !== newestSeen)) follow(newest.run, newest.outcome);
  newestSeen = newest.run;
}

/** Another tab may have started a run; what a run wrote may be what a later tool reads. */
export function keepRuns(): void {
  window.addEventListener("focus", () => void attach());
  setInterval(() => {
    if (!document.hidden && !isRunning()) void attach();
  }, 3000);
  useRun.subscribe((now, before) => {
    if (before.outcome === "running" && now.outcome !== "running") checkSoon();
  });
}
