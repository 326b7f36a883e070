import { useShallow } from "zustand/react/shallow";
import { bytes, whole } from "@/results/format";
import { useRun } from "@/run/store";
import { useKept } from "@/state/view";
import { wiredOutputs, type Anchor } from "@/document/wires";
import { catalog } from "@/state/catalog";
import { useWorkflow } from "@/state/workflow";

/** Records and size that have left by each anchor, in boxes at the source end of the wires, one below the other. */
export function Counts({ node, anchors }: { node: string; anchors: readonly Anchor[] }) {
  const shown = useKept(({ counts }) => counts);
  const wired = useWorkflow(
    useShallow(({ history }) => {
      const outputs = wiredOutputs(history.document, catalog());
      return anchors.map((anchor) => outputs.has(`${node}.${anchor.name}`));
    }),
  );
  const counts = useRun(
    useShallow((run) => anchors.map(({ name }, index) => (wired[index] ? run.counts[`${node}.${name}`] : undefined))),
  );
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
