import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { RunSummary } from "@/api/types";
import { measure } from "@/results/Chart";
import { ago, duration, exact } from "@/results/format";
import { follow, useRun } from "@/run/store";
import { notifyError } from "@/state/view";
import { useWorkflow } from "@/state/workflow";
import { Dialog } from "./Dialog";
import { RunComparison } from "./RunComparison";
import "./runs.css";

const WORDS = { done: "Finished", failed: "Failed", cancelled: "Stopped", running: "Running" };
const MOST_COMPARED = 8;

/** The runs that are kept: one is shown as it was, several are put side by side. */
export function EarlierRuns({ close }: { close: () => void }) {
  const path = useWorkflow((workflow) => workflow.path);
  const [runs, setRuns] = useState<readonly RunSummary[] | null>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [compared, setCompared] = useState(false);
  useEffect(() => {
    api.runs(path).then(setRuns, notifyError);
  }, [path]);
  const toggle = (run: string): void =>
    setChosen(chosen.includes(run) ? chosen.filter((one) => one !== run) : [...chosen, run]);
  if (compared) return <RunComparison runs={[...chosen].sort()} back={() => setCompared(false)} close={close} />;
  return (
    <Dialog title="Earlier runs" close={close}>
      {runs?.length === 0 ? (
        <p className="soft">This workflow has not been run yet.</p>
      ) : (
        <div className="runs scroll">
          <table className="runs-table">
            <thead>
              <tr>
                <th>
                  <span className="visually-hidden">Compare</span>
                </th>
                <th>Began</th>
                <th>Outcome</th>
                <th className="number-cell">Took</th>
                <th>Measured</th>
                <th>Messages</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {runs?.map((run) => (
                <Row
                  key={run.run}
                  run={run}
                  chosen={chosen.includes(run.run)}
                  toggle={() => toggle(run.run)}
                  show={() => {
                    follow(run.run, run.outcome);
                    close();
                  }}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="dialog-foot">
        <span className="soft grow">Tick two or more runs to put them side by side.</span>
        <button className="button" onClick={close}>
          Close
        </button>
        <button
          className="button primary"
          disabled={chosen.length < 2 || chosen.length > MOST_COMPARED}
          title={chosen.length > MOST_COMPARED ? `At most ${MOST_COMPARED} at a time.` : undefined}
          onClick={() => setCompared(true)}
        >
          Compare{chosen.length > 1 ? ` ${chosen.length} runs` : ""}
        </button>
      </div>
    </Dialog>
  );
}

interface RowProps {
  run: RunSummary;
  chosen: boolean;
  toggle: () => void;
  show: () => void;
}

function Row({ run: { run, outcome, began, seconds, metrics, messages }, chosen, toggle, show }: RowProps) {
  const shown = useRun((state) => state.run === run);
  const when = exact(began);
  const warnings = (messages.warning ?? 0) + (messages.conversion_error ?? 0);
  return (
    <tr aria-current={shown}>
      <td>
        <input type="checkbox" aria-label={`Compare the run of ${when}`} checked={chosen} onChange={toggle} />
      </td>
      <td title={when}>{ago(began)}</td>
      <td className={outcome === "failed" ? "failed" : ""}>{WORDS[outcome]}</td>
      <td className="number-cell">{duration(seconds)}</td>
      <td>{measured(metrics)}</td>
      <td>
        {messages.error ? <span className="tally bad">{messages.error}</span> : null}
        {warnings > 0 && <span className="tally warn">{warnings}</span>}
      </td>
      <td>
        <button className="button" disabled={shown} aria-label={`Show the run of ${when}`} onClick={show}>
          {shown ? "Shown" : "Show"}
        </button>
      </td>
    </tr>
  );
}

/** What was measured on the validation records, else on the training ones; of several trainings, each. */
function measured(metrics: RunSummary["metrics"]): string {
  const nodes = Object.entries(metrics);
  return nodes
    .map(([node, values]) => {
      const names = Object.keys(values).filter((name) => name === "val_accuracy" || name === "val_loss");
      const text = names.map((name) => `${name.replace("val_", "")} ${measure(name, values[name] ?? 0)}`).join(", ");
      return nodes.length > 1 ? `${node}: ${text}` : text;
    })
    .join("; ");
}
