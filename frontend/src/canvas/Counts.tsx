import { useShallow } from "zustand/react/shallow";
import { bytes, whole } from "@/results/format";
import { useRun } from "@/run/store";
import { useKept } from "@/state/view";
import type { Anchor } from "@/document/wires";

/** Records and size that have left by each anchor, in boxes at the source end of the wires, one below the other. */
export function Counts({ node, anchors }: { node: string; anchors: readonly Anchor[] }) {
  const shown = useKept(({ counts }) => counts);
  const counts = useRun(useShallow((run) => anchors.map((anchor) => run.counts[`${node}.${anchor.name}`])));
  if (!shown || counts.every((count) => !count)) return null;
  return (
    <div className={`counts ${anchors.length > 2 ? "many" : ""}`}>
      {counts.map(
        (count, index) =>
          count && (
            <div key={anchors[index]?.name} className="count">
              <div>{whole(count.records)}</div>
              <div>{bytes(count.bytes)}</div>
            </div>
          ),
      )}
    </div>
  );
}
