import { useMemo, useState } from "react";
import * as api from "@/api/client";
import { nodesOf } from "@/document/types";
import { anchorsOf } from "@/document/wires";
import { Icon } from "@/icons/Icon";
import { useRun } from "@/run/store";
import { catalog } from "@/state/catalog";
import { useKept, useView, type ResultsTab, type Watched } from "@/state/view";
import { useDocument } from "@/state/workflow";
import { DataGrid } from "./DataGrid";
import { Fields } from "./Fields";
import { whole } from "./format";
import { Messages, useLines } from "./Messages";
import { useRecords, type Records } from "./pages";
import { Status } from "./Status";
import { Training } from "./Training";
import { useSchema, useStreams, useWatched } from "./watched";

/** Below the canvas: what an anchor holds, and what everything says. */
export function Results() {
  const watched = useWatched();
  const schema = useSchema(watched);
  const streams = useStreams(watched);
  const { records, loading } = useRecords(streams);
  const trained = useRun(({ epochs }) => watched !== null && epochs[watched.node] !== undefined);
  const chosen = useView((view) => view.resultsTab);
  const fields = records?.fields ?? schema?.fields ?? [];
  const report = records !== null && records.kept > 0 && fields.some(({ meaning }) => meaning === "report");
  const tabs = useMemo(() => tabsFor(watched, records, report, trained), [watched, records, report, trained]);
  const tab = tabs.some(([key]) => key === chosen) ? chosen : automatic(watched, records, report, fields.length > 0);
  return (
    <section className="results" aria-label="Results">
      <div className="panel-head">
        <Tabs tabs={tabs} chosen={tab} />
        {watched && <AnchorPicker watched={watched} />}
        {records && tab === "data" && <Amount records={records} />}
        <Status />
        <FoldButton />
      </div>
      <div className="results-body">
        {tab === "messages" && <Messages />}
        {tab === "data" && records && <DataGrid key={JSON.stringify(records.stream)} records={records} />}
        {tab === "fields" && <Fields fields={fields} open={schema?.open ?? false} />}
        {tab === "report" && records && <Report records={records} />}
        {tab === "training" && watched && <Training node={watched.node} />}
        {tab === "auto" && (
          <p className="empty">
            {loading ? "Loading …" : "Nothing is known here yet: connect the tool, or run the workflow (Ctrl+R)."}
          </p>
        )}
      </div>
    </section>
  );
}

type Tab = readonly [ResultsTab, string];

function tabsFor(watched: Watched | null, records: Records | null, report: boolean, trained: boolean): Tab[] {
  const tabs: (Tab | false)[] = [
    ["messages", "Messages"],
    report && ["report", "Report"],
    records !== null && ["data", "Data"],
    watched !== null && ["fields", "Fields"],
    trained && ["training", "Training"],
  ];
  return tabs.filter((tab) => tab !== false);
}

function automatic(watched: Watched | null, records: Records | null, report: boolean, known: boolean): ResultsTab {
  if (!watched) return "messages";
  if (report) return "report";
  return records ? "data" : known ? "fields" : "auto";
}

function Tabs({ tabs, chosen }: { tabs: readonly Tab[]; chosen: ResultsTab }) {
  const lines = useLines();
  const errors = lines.filter(({ level }) => level === "error").length;
  const warnings = lines.filter(({ level }) => level === "warning" || level === "conversion_error").length;
  return (
    <div className="tabs" role="tablist" aria-label="Results">
      {tabs.map(([key, label], index) => (
        <button
          key={key}
          role="tab"
          aria-selected={key === chosen}
          tabIndex={key === chosen || (chosen === "auto" && index === 0) ? 0 : -1}
          onClick={() => useView.setState({ resultsTab: key })}
          onKeyDown={(event) => {
            const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
            const next = tabs[(index + step + tabs.length) % tabs.length];
            if (step === 0 || !next) return;
            useView.setState({ resultsTab: next[0] });
            (event.currentTarget.parentElement?.children[tabs.indexOf(next)] as HTMLElement).focus();
          }}
        >
          {label}
          {key === "messages" && errors > 0 && (
            <span className="tally bad" title={`${errors} errors`}>
              {errors}
            </span>
          )}
          {key === "messages" && warnings > 0 && (
            <span className="tally warn" title={`${warnings} warnings`}>
              {warnings}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

/** The anchors of the tool: inputs, then outputs. */
function AnchorPicker({ watched }: { watched: Watched }) {
  const tool = nodesOf(useDocument())[watched.node]?.tool ?? "";
  const sides = (["input", "output"] as const).flatMap((side) =>
    anchorsOf(catalog(), tool, side).map(({ name }) => ({ side, name })),
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
  const text = kept < total ? `First ${whole(kept)} of ${whole(total)} records` : `${whole(total)} records`;
  return (
    <span className="soft ellipsis" title={kept < total ? "A Browse shows all of them." : undefined}>
      {text}
    </span>
  );
}

/** A report in a frame that runs no scripts and knows no origin. */
function Report({ records }: { records: Records }) {
  const [row, setRow] = useState(0);
  return (
    <div className="report">
      {records.kept > 1 && (
        <div className="report-rows">
          <button className="button" disabled={row === 0} onClick={() => setRow(row - 1)}>
            Previous
          </button>
          Report {row + 1} of {records.kept}
          <button className="button" disabled={row + 1 >= records.kept} onClick={() => setRow(row + 1)}>
            Next
          </button>
        </div>
      )}
      <iframe title="Report" sandbox="" src={api.reportUrl(records.stream, row)} />
    </div>
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
