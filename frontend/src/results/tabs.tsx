/** The tabs of the results. A new one is a row here. */
import type { ComponentType } from "react";
import type { FieldShape } from "@/api/types";
import type { End } from "@/document/wires";
import { useRun } from "@/run/store";
import { catalog } from "@/state/catalog";
import { useCheck } from "@/state/check";
import type { Watched } from "@/state/view";
import { currentDocument } from "@/state/workflow";
import { DataGrid } from "./DataGrid";
import { Fields } from "./Fields";
import { Gallery } from "./gallery/Gallery";
import { imageFields } from "./gallery/roles";
import { Matrix } from "./matrix/Matrix";
import { sourceOf, type Source } from "./matrix/source";
import { Messages } from "./Messages";
import type { Records } from "./pages";
import { Report } from "./Report";
import { Training } from "./Training";
import { originOf } from "./watched";

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
  readonly rank?: number | ((looked: Looked) => number | undefined);
  readonly Body: ComponentType<Looked>;
}

export const TABS: readonly Tab[] = [
  { key: "messages", label: "Messages", offered: () => true, Body: Messages },
  { key: "report", label: "Report", offered: holdsReport, rank: 30, Body: ReportOf },
  { key: "gallery", label: "Gallery", offered: holdsPictures, Body: GalleryOf },
  { key: "matrix", label: "Matrix", offered: (looked) => matrixOf(looked) !== null, rank: interactive, Body: MatrixOf },
  { key: "data", label: "Data", offered: ({ records }) => records !== null, rank: 20, Body: Data },
  { key: "fields", label: "Fields", offered: ({ watched }) => watched !== null, Body: Fields },
  { key: "training", label: "Training", offered: isTrained, rank: training, Body: TrainingOf },
];

/**
 * The tab that shows itself: the best of what there is; fields where they are known, messages where nothing is, and
 * where a tool failed before it had sent anything.
 */
export function automatic(looked: Looked): string {
  const rankOf = ({ rank }: Tab): number => (typeof rank === "function" ? rank(looked) : rank) ?? -1;
  const [best] = TABS.filter((tab) => rankOf(tab) >= 0 && tab.offered(looked)).sort((a, b) => rankOf(b) - rankOf(a));
  if (!looked.watched || (looked.records === null && hasFailed(looked.watched))) return "messages";
  return best?.key ?? (looked.fields.length > 0 ? "fields" : "");
}

const hasFailed = ({ node }: Watched): boolean => useRun.getState().nodes[node]?.state === "failed";

function holdsReport({ records, fields }: Looked): boolean {
  return records !== null && records.kept > 0 && fields.some(({ meaning }) => meaning === "report");
}

function ReportOf(looked: Looked) {
  const { records } = looked;
  return (
    records && (
      <Report key={JSON.stringify(records.stream)} records={records} pictures={matrixOf(looked)?.pictures ?? null} />
    )
  );
}

function isTrained({ watched }: Looked): boolean {
  return watched !== null && useRun.getState().epochs[watched.node] !== undefined;
}

/** While it trains, there is nothing else to see. */
function training({ watched }: Looked): number | undefined {
  return watched && useRun.getState().nodes[watched.node]?.state === "running" ? 50 : undefined;
}

function Data({ records }: Looked) {
  return records && <DataGrid key={JSON.stringify([records.stream, records.kept, records.fields])} records={records} />;
}

function TrainingOf({ watched }: Looked) {
  return watched && <Training node={watched.node} />;
}

function holdsPictures({ records }: Looked): boolean {
  return records !== null && records.kept > 0 && imageFields(records.fields).length > 0;
}

function GalleryOf({ watched, records }: Looked) {
  return watched && records && <Gallery key={JSON.stringify(records.stream)} end={endOf(watched)} records={records} />;
}

const endOf = (watched: Watched): End => originOf(watched, currentDocument(), catalog());

function matrixOf({ watched, records }: Looked): Source | null {
  if (!watched || !useRun.getState().run) return null;
  const { nodes } = useCheck.getState();
  return sourceOf(endOf(watched), records, useRun.getState().run, currentDocument(), catalog(), nodes);
}

/** The anchor I of a table is there to be turned. */
function interactive({ watched }: Looked): number | undefined {
  return watched && endOf(watched).anchor === "I" ? 40 : undefined;
}

function MatrixOf(looked: Looked) {
  const source = matrixOf(looked);
  return source && <Matrix source={source} />;
}
