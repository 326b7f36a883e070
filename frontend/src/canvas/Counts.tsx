import { useShallow } from "zustand/react/shallow";
import { brief, bytes, whole } from "@/results/format";
import { useRun } from "@/run/store";
import { useKept } from "@/state/view";

/** Records and size that have left by each wired anchor, in boxes at the source end of the wires, one below the other. */
export function Counts({ node, wired }: { node: string; wired: string }) {
  const shown = useKept(({ counts }) => counts);
  const counts = useRun(useShallow((run) => wired.split(",").map((anchor) => run.counts[`${node}.${anchor}`])));
  if (!shown || counts.every((count) => !count)) return null;
  return (
    <div className="counts">
      {counts.map(
        (count, index) =>
          count && (
            <div key={index} className="count" title={`${whole(count.records)} records, ${bytes(count.bytes)}`}>
              <div>{brief(count.records)}</div>
              <div>{bytes(count.bytes)}</div>
            </div>
          ),
      )}
    </div>
  );
}
