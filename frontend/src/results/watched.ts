/** Whose records the results show. */
import { useMemo } from "react";
import type { Stream } from "@/api/client";
import type { Schema } from "@/api/types";
import { nodesOf, type Document } from "@/document/types";
import { anchorsOf, wiresOf, type Catalog } from "@/document/wires";
import { useRun } from "@/run/store";
import { useTools } from "@/state/catalog";
import { useCheck } from "@/state/check";
import { useView, type Watched } from "@/state/view";
import { useDocument, useWorkflow } from "@/state/workflow";

/** The anchor that was clicked, else the first output of the selected tool, else its first input. */
export function useWatched(): Watched | null {
  const watched = useView((view) => view.watched);
  const selected = useWorkflow((workflow) => workflow.selected);
  const document = useDocument();
  const tools = useTools(({ byId }) => byId);
  return useMemo(() => {
    const [name = ""] = selected;
    const catalog = tools as Catalog;
    const node = nodesOf(document)[name];
    if (watched && nodesOf(document)[watched.node] && (selected.size !== 1 || watched.node === name || !node))
      return watched;
    if (!node) return null;
    const output = anchorsOf(catalog, node.tool, "output")[0];
    if (output) return { node: name, anchor: output.name, side: "output" };
    const input = anchorsOf(catalog, node.tool, "input")[0];
    return input ? { node: name, anchor: input.name, side: "input" } : null;
  }, [watched, selected, document, tools]);
}

/** The fields at an anchor, as the check knows them. */
export function useSchema(watched: Watched | null): Schema | null {
  return useCheck((check) => {
    if (!watched) return null;
    const { inputs = {}, outputs = {} } = check.nodes[watched.node] ?? {};
    if (watched.side === "output") return outputs[watched.anchor] ?? null;
    const port = Object.keys(inputs).find((name) => name.split("#")[0] === watched.anchor);
    return (port && inputs[port]) || null;
  });
}

/** Where the records of an anchor lie: of an input, what its tool keeps, else what the tool before it gave. */
export function useStreams(watched: Watched | null): readonly Stream[] {
  const run = useRun(({ run: id }) => id);
  const document = useDocument();
  const tools = useTools(({ byId }) => byId);
  return useMemo(
    () => (watched && run ? streams(run, watched, document, tools as Catalog) : []),
    [run, watched, document, tools],
  );
}

function streams(run: string, { node, anchor, side }: Watched, document: Document, catalog: Catalog): Stream[] {
  if (side === "output") return [{ run, node, anchor }];
  const sources = wiresOf(document, catalog).filter(({ target }) => target.node === node && target.anchor === anchor);
  const before = sources.map(({ source }) => ({ run, node: source.node, anchor: source.anchor }));
  const keeps = anchorsOf(catalog, nodesOf(document)[node]?.tool ?? "", "output").length === 0;
  return keeps ? [{ run, node, anchor: "" }, ...before] : before;
}
