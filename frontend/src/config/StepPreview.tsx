import { useState } from "react";
import * as api from "@/api/client";
import { wiresOf } from "@/document/wires";
import { useRun } from "@/run/store";
import { catalog } from "@/state/catalog";
import { useCheck } from "@/state/check";
import { useDocument } from "@/state/workflow";

const PICTURES = 6;

/** A picture before and after the steps, as the last run left them. */
export function StepPreview({ node }: { node: string }) {
  const document = useDocument();
  const run = useRun(({ run: id }) => id);
  const counts = useRun((state) => state.counts);
  const outputs = useCheck((check) => check.nodes[node]?.outputs);
  const [row, setRow] = useState(0);
  const source = wiresOf(document, catalog()).find((wire) => wire.target.node === node)?.source;
  const field = Object.values(outputs ?? {})[0]?.fields.find(({ meaning }) => meaning === "image")?.name;
  const anchor = Object.keys(outputs ?? {})[0] ?? "out";
  if (!source || !field || !counts[`${node}.${anchor}`]) {
    return <p className="soft">After a run, a picture is shown here before and after the steps.</p>;
  }
  const before = { run, node: source.node, anchor: source.anchor };
  return (
    <figure className="step-preview">
      <img src={api.imageUrl(before, row, field, 128)} alt="Before the steps" />
      <span aria-hidden="true">→</span>
      <img src={api.imageUrl({ run, node, anchor }, row, field, 128)} alt="After the steps" />
      <figcaption>
        <button type="button" className="button" onClick={() => setRow((row + 1) % PICTURES)}>
          Another picture
        </button>
        <span className="soft"> from the last run</span>
      </figcaption>
    </figure>
  );
}
