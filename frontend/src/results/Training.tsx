import { perform } from "@/actions/registry";
import { useRun } from "@/run/store";
import { Chart, type Line } from "./Chart";

/** The curves of a training as they grow. */
export function Training({ node }: { node: string }) {
  const points = useRun((run) => run.epochs[node]) ?? [];
  const running = useRun(({ outcome, nodes }) => outcome === "running" && nodes[node]?.state === "running");
  const last = points.at(-1);
  if (!last) return null;
  const names = [...new Set(Object.keys(last.metrics).map((name) => name.replace(/^val_/, "")))];
  const line = (name: string, metric: string, color: string): Line => ({
    name,
    color,
    points: points.flatMap(({ epoch, metrics }) => {
      const value = metrics[metric];
      return value === undefined ? [] : [{ epoch, value }];
    }),
  });
  return (
    <div className="scroll training" tabIndex={0} role="region" aria-label="Training">
      <div className="training-head">
        <strong>
          Epoch {last.epoch} of {last.epochs}
        </strong>
        {running && (
          <button className="button" onClick={() => perform("finish")}>
            Stop and keep the best
          </button>
        )}
      </div>
      <div className="charts">
        {names.map((name) => (
          <Chart
            key={name}
            title={name}
            epochs={last.epochs}
            lines={[line("training", name, "var(--accent)"), line("validation", `val_${name}`, "var(--good)")]}
          />
        ))}
      </div>
    </div>
  );
}
