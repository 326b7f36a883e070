/** The tabs of the results. A new one is a row here. */
import type { ComponentType } from "react";
import type { FieldShape } from "@/api/types";
import { useRun } from "@/run/store";
import type { Watched } from "@/state/view";
import { DataGrid } from "./DataGrid";
import { Fields } from "./Fields";
import { Messages } from "./Messages";
import type { Records } from "./pages";
import { Report } from "./Report";
import { Training } from "./Training";

/** What is looked at: an anchor, its fields as far as they are known, its records where a run has left some. */
export interface Looked {
  readonly watched: Watched | null;
  readonly fields: readonly FieldShape[];
  /** More fields may come to light when the workflow runs. */
  readonly open: boolean;
  readonly records: Records | null;
}

export interface Tab {
  readonly key: string;
  readonly label: string;
  /** Whether there is anything to show. */
  readonly offered: (looked: Looked) => boolean;
  /** Where nobody has chosen a tab, the one offered with the highest is shown; without a number never by itself. */
  readonly rank?: number;
  readonly Body: ComponentType<Looked>;
}

export const TABS: readonly Tab[] = [
  { key: "messages", label: "Messages", offered: () => true, Body: Messages },
  { key: "report", label: "Report", offered: holdsReport, rank: 30, Body: Report },
  { key: "data", label: "Data", offered: ({ records }) => records !== null, rank: 20, Body: Data },
  { key: "fields", label: "Fields", offered: ({ watched }) => watched !== null, Body: Fields },
  { key: "training", label: "Training", offered: isTrained, Body: TrainingOf },
];

/** The tab that shows itself: the best of what there is; fields where they are known, messages where nothing is. */
export function automatic(looked: Looked): string {
  const [best] = TABS.filter(({ rank, offered }) => rank !== undefined && offered(looked)).sort(
    (a, b) => (b.rank ?? 0) - (a.rank ?? 0),
  );
  if (!looked.watched) return "messages";
  return best?.key ?? (looked.fields.length > 0 ? "fields" : "");
}

function holdsReport({ records, fields }: Looked): boolean {
  return records !== null && records.kept > 0 && fields.some(({ meaning }) => meaning === "report");
}

function isTrained({ watched }: Looked): boolean {
  return watched !== null && useRun.getState().epochs[watched.node] !== undefined;
}

function Data({ records }: Looked) {
  return records && <DataGrid key={JSON.stringify(records.stream)} records={records} />;
}

function TrainingOf({ watched }: Looked) {
  return watched && <Training node={watched.node} />;
}
