import { useEffect, useState } from "react";
import * as api from "@/api/client";
import type { Comparison } from "@/api/types";
import { Chart, isShare, measure } from "@/results/Chart";
import { ago, duration, exact } from "@/results/format";
import { notifyError } from "@/state/view";
import { Dialog } from "./Dialog";

const color = (index: number): string => `var(--series-${index + 1})`;

/** Runs side by side: what they were set to where that differs, what came of it, how long it took. */
export function RunComparison({ runs, back, close }: { runs: readonly string[]; back: () => void; close: () => void }) {
  const [found, setFound] = useState<Comparison | null>(null);
  useEffect(() => {
    api.compare(runs).then(setFound, notifyError);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the same runs, whatever the list that names them
  }, [runs.join()]);
  return (
    <Dialog title={`${runs.length} runs side by side`} close={close}>
      <div className="runs scroll" tabIndex={0} role="region" aria-label="Comparison">
        {found && <Sections found={found} />}
      </div>
      <div className="dialog-foot">
        <button className="button" onClick={back}>
          Back
        </button>
        <button className="button primary" onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

function Sections({ found }: { found: Comparison }) {
  const { runs, known, differences, curves, times } = found;
  const lost = known.filter((one) => !one).length;
  return (
    <>
      <table className="runs-table compared">
        <thead>
          <tr>
            <th />
            {runs.map(({ run, began }, index) => (
              <th key={run} className="series" style={{ "--series": color(index) } as object} title={exact(began)}>
                {letter(index)} <span className="soft">{ago(began)}</span>
              </th>
            ))}
          </tr>
        </thead>
        <Rows title="Settings that differ" empty={lost ? "" : "None: these runs were set alike."}>
          {differences.map(({ node, setting, values }) => (
            <tr key={`${node} ${setting}`}>
              <th scope="row">
                {node && <span className="soft">{node} </span>}
                {setting}
              </th>
              {values.map((value, index) => (
                <td key={index} className={value === null ? "soft" : ""}>
                  {known[index] ? settingText(value) : "not known"}
                </td>
              ))}
            </tr>
          ))}
        </Rows>
        <Rows title="Measured, best epoch" empty="Nothing was trained.">
          {curves.map((curve) => (
            <Best key={`${curve.node} ${curve.metric}`} {...curve} />
          ))}
        </Rows>
        <Rows title="Time" empty="">
          <tr>
            <th scope="row">whole run</th>
            {runs.map(({ run, seconds }) => (
              <td key={run} className="number-cell">
                {duration(seconds)}
              </td>
            ))}
          </tr>
          {times
            .filter(({ seconds }) => Math.max(...seconds.map((one) => one ?? 0)) >= 0.1)
            .map(({ node, seconds }) => (
              <tr key={node}>
                <th scope="row" className="soft">
                  {node}
                </th>
                {seconds.map((one, index) => (
                  <td key={index} className={`number-cell ${one === null ? "soft" : ""}`}>
                    {one === null ? "reused or left out" : duration(one)}
                  </td>
                ))}
              </tr>
            ))}
        </Rows>
      </table>
      {lost > 0 && <p className="soft">Of {lost === 1 ? "one run" : `${lost} runs`} the settings were not kept.</p>}
      <div className="compared-curves">
        {curves.map(({ node, metric, runs: lines }) => (
          <Chart
            key={`${node} ${metric}`}
            title={`${metric}${several(curves) ? ` of ${node}` : ""}`}
            epochs={Math.max(...lines.map((line) => line.length))}
            lines={lines.map((line, index) => ({
              name: letter(index),
              color: color(index),
              points: line.map((value, epoch) => ({ epoch: epoch + 1, value })),
            }))}
          />
        ))}
      </div>
    </>
  );
}

function Rows({ title, empty, children }: { title: string; empty: string; children: React.ReactNode }) {
  const none = Array.isArray(children) && children.length === 0;
  if (none && !empty) return null;
  return (
    <tbody>
      <tr>
        <th className="rows-title" colSpan={99}>
          {title} {none && <span className="soft">{empty}</span>}
        </th>
      </tr>
      {children}
    </tbody>
  );
}

/** The best value that a measure reached in each run; the best of all is marked. */
function Best({ node, metric, runs }: Comparison["curves"][number]) {
  const best = isShare(metric) ? Math.max : Math.min;
  const reached = runs.map((values) => (values.length ? best(...values) : null));
  const winner = best(...reached.filter((value) => value !== null));
  return (
    <tr>
      <th scope="row">
        <span className="soft">{node} </span>
        {metric}
      </th>
      {reached.map((value, index) => (
        <td key={index} className={`number-cell ${value === winner ? "winner" : ""}`}>
          {value === null ? "" : measure(metric, value)}
        </td>
      ))}
    </tr>
  );
}

const letter = (index: number): string => String.fromCharCode(65 + index);
const several = (curves: Comparison["curves"]): boolean => new Set(curves.map(({ node }) => node)).size > 1;
const settingText = (value: unknown): string =>
  value === null ? "not set" : typeof value === "string" ? value : JSON.stringify(value);
