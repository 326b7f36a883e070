/** Calls of the server, one function each. Every refusal is a `Refused` with a message for people and a way out. */
import type { Document } from "@/document/types";
import type {
  CheckAnswer,
  Choices,
  Combinations,
  Comparison,
  Connections,
  Description,
  Download,
  FieldProfile,
  Functions,
  Imported,
  Listing,
  LongText,
  Opened,
  Page,
  Preview,
  PreviewRequest,
  Recovered,
  RunSummary,
  Saved,
  View,
  Taken,
  Template,
  Trial,
  TrialRequest,
  Unnamed,
} from "./types";

export class Refused extends Error {
  constructor(
    message: string,
    readonly hint: string,
    /** The HTTP status; 0 where the server did not answer. */
    readonly status: number,
  ) {
    super(message);
  }
}

const GONE = "The server does not answer.";
const GONE_HINT = "Start `flowrun serve` again and open its link; your edits are kept in this tab until then.";

let heard: (status: number) => void = () => undefined;

/** Be told of every answer by its HTTP status; 0 where none came. */
export function onAnswer(listener: (status: number) => void): void {
  heard = listener;
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { method, ...sent(body), ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    heard(0);
    throw new Refused(GONE, GONE_HINT, 0);
  }
  heard(response.status);
  if (!response.ok) throw await refused(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Files go as they are, all else as JSON. */
function sent(body: unknown): { body?: BodyInit; headers?: Record<string, string> } {
  if (body === undefined) return {};
  if (body instanceof Blob) return { body, headers: { "Content-Type": "application/octet-stream" } };
  return { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } };
}

async function refused(response: Response): Promise<Refused> {
  const answer = (await response.json().catch(() => ({}))) as { message?: string; hint?: string };
  return new Refused(answer.message ?? `The server answered ${response.status}.`, answer.hint ?? "", response.status);
}

const query = (values: Record<string, string | number>): string =>
  new URLSearchParams(Object.entries(values).map(([key, value]) => [key, String(value)])).toString();

export const connections = () => call<Connections>("GET", "/api/connections");

export const choices = (path: string, document: Document, node: string, setting: string, signal: AbortSignal) =>
  call<Choices>("POST", "/api/choices", { path, document, node, setting }, signal);

export const tools = () => call<{ tools: Description[] }>("GET", "/api/tools").then((answer) => answer.tools);
export const functions = () => call<Functions>("GET", "/api/functions");
export const files = (folder: string) => call<Listing>("GET", `/api/files?${query({ folder })}`);

export const open = (path: string) => call<Opened>("GET", `/api/workflow?${query({ path })}`);
export const save = (path: string, document: Document, base: string | null) =>
  call<Saved>("PUT", "/api/workflow", { path, document, base });
export const yaml = (document: Document) =>
  call<{ text: string }>("POST", "/api/yaml", { document }).then((answer) => answer.text);
export const parse = (text: string) =>
  call<{ document: Document }>("POST", "/api/parse", { text }).then((answer) => answer.document);

export const importAlteryx = (file: File) => call<Imported>("POST", `/api/import?${query({ name: file.name })}`, file);

export const templates = () => call<Template[]>("GET", "/api/templates");
export const takeTemplate = (name: string) => call<Taken>("POST", `/api/templates/${encodeURIComponent(name)}`);

export const keep = (path: string, tab: string, document: Document, base: string | null) =>
  call<undefined>("PUT", "/api/journal", { path, tab, document, base });
export const recover = (path: string, tab: string) => call<Recovered>("GET", `/api/journal?${query({ path, tab })}`);
export const forget = (path: string, tab: string) => call<undefined>("DELETE", `/api/journal?${query({ path, tab })}`);
export const unnamed = () => call<Unnamed[]>("GET", "/api/journal/unnamed");

export const check = (path: string, document: Document, signal: AbortSignal) =>
  call<CheckAnswer>("POST", "/api/check", { path, document }, signal);
export const previewExpression = (request: PreviewRequest, signal: AbortSignal) =>
  call<Preview>("POST", "/api/preview/expression", request, signal);
export const tryTool = (request: TrialRequest, signal: AbortSignal) =>
  call<Trial>("POST", "/api/preview/tool", request, signal);

/** Ask whether the server is there; `onAnswer` hears of it. */
export const ping = () => call<unknown>("GET", "/api/journal/unnamed").catch(() => undefined);

export const runs = (path: string) => call<RunSummary[]>("GET", `/api/runs?${query({ path })}`);
/** Whether a run is kept still, as far as the server can be asked. */
export const hasRun = (run: string) =>
  call<unknown>("GET", `/api/runs/${run}`).then(
    () => true,
    (error: unknown) => (error as Refused).status !== 404,
  );
export const compare = (names: readonly string[]) =>
  call<Comparison>("GET", `/api/comparison?${new URLSearchParams(names.map((name) => ["run", name]))}`);
export const start = (path: string, document: Document, until: string, cache: boolean) =>
  call<{ run: string }>("POST", "/api/runs", { path, document, until, cache }).then((answer) => answer.run);
export const cancel = (run: string) => call<undefined>("POST", `/api/runs/${run}/cancel`);
export const finish = (run: string) => call<undefined>("POST", `/api/runs/${run}/finish`);

export interface Stream {
  readonly run: string;
  readonly node: string;
  /** An output anchor; empty for what a Browse keeps. */
  readonly anchor: string;
}

export const records = (
  { run, node, anchor }: Stream,
  offset: number,
  limit: number,
  signal?: AbortSignal,
  view = "", // the order and choice of records; as they lie without one
) => call<Page>("GET", `/api/runs/${run}/records?${query({ node, anchor, view, offset, limit })}`, undefined, signal);
export const view = ({ run, node, anchor }: Stream, asked: object, signal: AbortSignal) =>
  call<View>("POST", `/api/runs/${run}/views`, { node, anchor, ...asked }, signal);
export interface Part {
  readonly offset: number;
  readonly limit: number;
  readonly fields: readonly string[];
}

function queryOf({ node, anchor }: Stream, view: string, { offset, limit, fields }: Part): string {
  const found = new URLSearchParams({ node, anchor, view, offset: String(offset), limit: String(limit) });
  for (const name of fields) found.append("field", name);
  return found.toString();
}

/** A part of a view, of some fields; without a view, as the records lie. */
export const cells = (stream: Stream, view: string, part: Part, signal?: AbortSignal) =>
  call<Page>("GET", `/api/runs/${stream.run}/records?${queryOf(stream, view, part)}`, undefined, signal);
export const copied = async (stream: Stream, view: string, part: Part): Promise<string> => {
  const answer = await fetch(`/api/runs/${stream.run}/text?${queryOf(stream, view, part)}`);
  if (!answer.ok) throw await refused(answer);
  return answer.text();
};
export const profile = ({ run, node, anchor }: Stream, field: string, signal: AbortSignal) =>
  call<FieldProfile>("GET", `/api/runs/${run}/profile?${query({ node, anchor, field })}`, undefined, signal);
export const download = (
  { run, node, anchor }: Stream,
  view: string,
  fields: readonly string[],
  format: string,
  signal: AbortSignal,
) => call<Download>("POST", `/api/runs/${run}/downloads`, { node, anchor, view, fields, format }, signal);
export const downloadUrl = (id: string) => `/api/downloads/${id}`;
export const bytesOf = async ({ run, node, anchor }: Stream, row: number, field: string): Promise<Uint8Array> => {
  const answer = await fetch(`/api/runs/${run}/bytes?${query({ node, anchor, row, field })}`);
  if (!answer.ok) throw await refused(answer);
  return new Uint8Array(await answer.arrayBuffer());
};
export const value = ({ run, node, anchor }: Stream, row: number, field: string) =>
  call<LongText>("GET", `/api/runs/${run}/value?${query({ node, anchor, row, field })}`);
/** `digest`, the picture's own, spares the server a look at its record. */
export const imageUrl = ({ run, node, anchor }: Stream, row: number, field: string, size: number, digest = "") =>
  `/api/runs/${run}/image?${query({ node, anchor, row, field, size, ...(digest && { digest }) })}`;
export const counts = (
  { run, node, anchor }: Stream,
  fields: readonly string[],
  weight: string,
  signal?: AbortSignal,
) => {
  const named = fields.map((field) => ["fields", field] as [string, string]);
  const asked = new URLSearchParams([...named, ["node", node], ["anchor", anchor], ["weight", weight]]);
  return call<Combinations>("GET", `/api/runs/${run}/counts?${asked}`, undefined, signal);
};
export const reportUrl = ({ run, node, anchor }: Stream, row: number) =>
  `/api/runs/${run}/report?${query({ node, anchor, row })}`;
export const eventsUrl = (run: string, after: number) => `/api/runs/${run}/events?${query({ after })}`;
