import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { RunSummary } from "@/api/types";
import { ago, duration, exact } from "@/results/format";
import { follow } from "@/run/store";
import { notifyError } from "@/state/view";
import { useWorkflow } from "@/state/workflow";
import { Dialog } from "./Dialog";

const WORDS = { done: "Finished", failed: "Failed", cancelled: "Stopped", running: "Running" };

/** The runs that are kept; a click shows one as it was. */
export function EarlierRuns({ close }: { close: () => void }) {
  const path = useWorkflow((workflow) => workflow.path);
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  useEffect(() => {
    api.runs(path).then(setRuns, notifyError);
  }, [path]);
  return (
    <Dialog title="Earlier runs" close={close}>
      <ul className="dialog-list">
        {runs?.map(({ run, outcome, began, seconds }) => (
          <li key={run}>
            <button
              onClick={() => {
                follow(run);
                close();
              }}
            >
              <span className="grow">{WORDS[outcome]}</span>
              <span className="soft">{duration(seconds)}</span>
              <span className="soft" title={exact(began)}>
                {ago(began)}
              </span>
            </button>
          </li>
        ))}
        {runs?.length === 0 && <li className="soft">This workflow has not been run yet.</li>}
      </ul>
    </Dialog>
  );
}
