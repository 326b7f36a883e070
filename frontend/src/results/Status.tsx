import { useEffect, useState } from "react";
import { useRun } from "@/run/store";
import { ago, duration, exact } from "./format";

/** How the run fares: time that passes while it goes on; afterwards how long it took and what was reused. */
export function Status() {
  const { outcome, began, seconds, nodes } = useRun();
  const now = useNow(outcome === "running");
  if (outcome === null) return <span className="status soft">Not run yet</span>;
  if (outcome === "running")
    return <span className="status">Running {began > 0 && duration(Math.max(0, now / 1000 - began))}</span>;
  const reused = Object.values(nodes).filter(({ state }) => state === "reused").length;
  const words = { done: "Finished", failed: "Failed", cancelled: "Stopped" }[outcome];
  return (
    <span className={`status ellipsis ${outcome}`} title={began > 0 ? exact(began) : ""}>
      {words} in {duration(seconds)}
      {reused > 0 && `, reused ${reused} of ${Object.keys(nodes).length} tools`}
      <span className="soft"> {began > 0 && ago(began + seconds)}</span>
    </span>
  );
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
