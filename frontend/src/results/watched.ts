/** Whose records the results show. */
import { useMemo } from "react";
import type { Stream } from "@/api/client";
import type { Schema } from "@/api/types";
import { nodesOf, type Document } from "@/document/types";
import { anchorsAt, sameEnd, wiresOf, type Catalog, type End } from "@/document/wires";
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
    const output = anchorsAt(document, catalog, name, "output")[0];
    if (output) return { node: name, anchor: output.name, side: "output" };
    const input = anchorsAt(document, catalog, name, "input")[0];
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

/** The output anchor whose records are watched: of an input, the first that feeds it. */
export function originOf({ node, anchor, side }: Watched, document: Document, catalog: Catalog): End {
  if (side === "output") return { node, anchor };
  const wire = wiresOf(document, catalog).find(({ target }) => target.node === node && target.anchor === anchor);
  return wire?.source ?? { node, anchor };
}

/** Where the records of an anchor lie: what a tool that keeps all of them got from it goes before what it gave. */
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
  if (side === "output") return streamsOf(run, { node, anchor }, document, catalog);
  const sources = wiresOf(document, catalog).filter(({ target }) => target.node === node && target.anchor === anchor);
  const before = sources.flatMap(({ source }) => streamsOf(run, source, document, catalog));
  return keeps(node, document, catalog) ? [{ run, node, anchor: "" }, ...before] : before;
}

/** What was kept of an output anchor: by each tool that it ends in, of itself. */
export function streamsOf(run: string, end: End, document: Document, catalog: Catalog): Stream[] {
  const ends = wiresOf(document, catalog).filter(({ source }) => sameEnd(source, end));
  const kept = ends.filter(({ target }) => keeps(target.node, document, catalog));
  return [...kept.map(({ target }) => ({ run, node: target.node, anchor: "" })), { run, ...end }];
}

const keeps = (node: string, document: Document, catalog: Catalog): boolean =>
  catalog.get(nodesOf(document)[node]?.tool ?? "")?.keeps ?? false;
