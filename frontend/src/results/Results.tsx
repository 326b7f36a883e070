import { anchorsAt } from "@/document/wires";
import { Icon } from "@/icons/Icon";
import { useRun } from "@/run/store";
import { catalog } from "@/state/catalog";
import { useCheck } from "@/state/check";
import { useKept, useView, type Watched } from "@/state/view";
import { useDocument } from "@/state/workflow";
import { Tabs } from "@/window/Tabs";
import { counted, whole } from "./format";
import { useLines } from "./Messages";
import { useRecords, type Records } from "./pages";
import { Status } from "./Status";
import { automatic, TABS, type Looked, type Tab } from "./tabs";
import { useSchema, useStreams, useWatched } from "./watched";

/** Below the canvas: what an anchor holds, and what everything says. */
export function Results() {
  const watched = useWatched();
  const schema = useSchema(watched);
  const { records, loading } = useRecords(useStreams(watched));
  // A training begins, which is one tab more, or ends.
  useRun(({ epochs, nodes }) => watched !== null && epochs[watched.node] !== undefined && nodes[watched.node]?.state);
  const chosen = useView((view) => view.resultsTab);
  const looked: Looked = {
    watched,
    records,
    fields: records?.fields ?? schema?.fields ?? [],
    open: schema?.open ?? false,
  };
  const tabs = TABS.filter(({ offered }) => offered(looked));
  const tab = tabs.find(({ key }) => key === chosen) ?? tabs.find(({ key }) => key === automatic(looked));
  return (
    <section className="results" aria-label="Results">
      <div className="panel-head">
        <ResultsTabs tabs={tabs} chosen={tab} />
        {watched && <AnchorPicker watched={watched} />}
        {records && tab?.key === "data" && <Amount records={records} />}
        <Status />
        <FoldButton />
      </div>
      <div className="results-body">
        {tab ? <tab.Body {...looked} /> : <p className="empty">{loading ? "Loading …" : <Unknown />}</p>}
      </div>
    </section>
  );
}

/** Why nothing is known, and what to do next. */
function Unknown() {
  const wrong = useCheck(({ problems }) => problems.some(({ level }) => level === "error"));
  return wrong
    ? "Nothing is known here yet: first mend the errors that Messages lists."
    : "Nothing is known here yet: connect the tool, or run the workflow (Ctrl+R).";
}

function ResultsTabs({ tabs, chosen }: { tabs: readonly Tab[]; chosen: Tab | undefined }) {
  const shown = tabs.map(
    ({ key, label }) => [key, key === "messages" ? <MessagesLabel label={label} /> : label] as const,
  );
  const choose = (resultsTab: string): void => useView.setState({ resultsTab });
  return <Tabs label="Results" tabs={shown} chosen={chosen?.key} choose={choose} />;
}

/** With how many errors and warnings there are. */
function MessagesLabel({ label }: { label: string }) {
  const lines = useLines();
  const errors = lines.filter(({ level }) => level === "error").length;
  const warnings = lines.filter(({ level }) => level === "warning" || level === "conversion_error").length;
  return (
    <>
      {label}
      {errors > 0 && (
        <span className="tally bad" title={counted(errors, "error")}>
          {errors}
        </span>
      )}
      {warnings > 0 && (
        <span className="tally warn" title={counted(warnings, "warning")}>
          {warnings}
        </span>
      )}
    </>
  );
}

/** The anchors of the tool: inputs, then outputs. */
function AnchorPicker({ watched }: { watched: Watched }) {
  const document = useDocument();
  const sides = (["input", "output"] as const).flatMap((side) =>
    anchorsAt(document, catalog(), watched.node, side).map(({ name }) => ({ side, name })),
  );
  return (
    <div className="anchor-picker" role="group" aria-label={`Anchors of ${watched.node}`}>
      <span className="soft ellipsis">{watched.node}</span>
      {sides.map(({ side, name }) => (
        <button
          key={`${side} ${name}`}
          className="chip"
          aria-pressed={watched.side === side && watched.anchor === name}
          title={`${side === "input" ? "Input" : "Output"} ${name}`}
          onClick={() => useView.setState({ watched: { node: watched.node, anchor: name, side }, resultsTab: "auto" })}
        >
          {side === "input" ? `› ${name}` : `${name} ›`}
        </button>
      ))}
    </div>
  );
}

function Amount({ records: { kept, total } }: { records: Records }) {
  const text = kept < total ? `First ${whole(kept)} of ${counted(total, "record")}` : counted(total, "record");
  return (
    <span className="soft ellipsis" title={kept < total ? "A Browse shows all of them." : undefined}>
      {text}
    </span>
  );
}

function FoldButton() {
  const folded = useKept((kept) => kept.resultsFolded);
  return (
    <button
      className="icon-button"
      aria-label={folded ? "Show the results" : "Hide the results"}
      aria-expanded={!folded}
      title="Ctrl+Alt+R"
      onClick={() => useKept.setState({ resultsFolded: !folded })}
    >
      <Icon name={folded ? "chevronUp" : "chevronDown"} size={12} />
    </button>
  );
}
