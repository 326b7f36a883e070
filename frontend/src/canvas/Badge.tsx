import { useCheck } from "@/state/check";
import { useRun } from "@/run/store";
import type { NodeRun } from "@/run/state";

/** How a tool fares, at the lower right of its tile: problems first, then the run. */
export function Badge({ node }: { node: string }) {
  const problems = useCheck((check) => check.byNode.get(node));
  const run = useRun(({ nodes }) => nodes[node]);
  if (run?.state === "running") return <Spinner run={run} />;
  const first = problems?.find((problem) => problem.level === "error") ?? problems?.[0];
  const bad = first?.level === "error" || run?.state === "failed";
  if (bad) return <Mark kind="bad" title={first ? `${first.message} ${first.hint}` : (run?.reason ?? "")} />;
  if (first || run?.level === "warning" || run?.level === "conversion_error") {
    return <Mark kind="warning" title={first?.message ?? "There are warnings; see the messages."} />;
  }
  if (run?.state === "done") return <Mark kind="done" title={done(run)} />;
  if (run?.state === "reused")
    return <Mark kind="reused" title={`Reused from an earlier run: ${run.why || run.reason}`} />;
  return run?.state === "skipped" ? <Mark kind="skipped" title={run.reason || "Skipped"} /> : null;
}

function done({ seconds, why }: NodeRun): string {
  return `Done in ${seconds.toFixed(1)} s${why ? `; it ran because ${why}` : ""}`;
}

const DRAWINGS = {
  bad: "M8 3.5 V9 M8 12 V12.1",
  warning: "M8 5.5 V9.5 M8 12 V12.1",
  done: "M4 8.5 L7 11.5 L12 5",
  reused: "M8 4 V8 L11 9.8",
  skipped: "M4.5 8 H11.5",
};

function Mark({ kind, title }: { kind: keyof typeof DRAWINGS; title: string }) {
  return (
    <svg className={`badge ${kind}`} viewBox="0 0 16 16" role="img" aria-label={title}>
      <title>{title}</title>
      {kind === "warning" ? (
        <path className="plate" d="M8 0.8 L15.6 14.6 H0.4 Z" />
      ) : (
        <circle className="plate" cx="8" cy="8" r="7.5" />
      )}
      <path className="sign" d={DRAWINGS[kind]} />
    </svg>
  );
}

/** A ring that fills as the tool comes along, with the per cent beside; a turning one where nobody knows how far. */
function Spinner({ run: { fraction, text } }: { run: NodeRun }) {
  const percent = fraction === null ? null : Math.round(fraction * 100);
  return (
    <div className="badge-running" title={text}>
      <svg
        className={`badge running ${percent === null ? "turning" : ""}`}
        viewBox="0 0 16 16"
        role="img"
        aria-label="running"
      >
        <circle className="track" cx="8" cy="8" r="6" />
        <circle className="arc" cx="8" cy="8" r="6" pathLength="100" strokeDasharray={`${percent ?? 30} 100`} />
      </svg>
      {percent !== null && <span>{percent}%</span>}
    </div>
  );
}
