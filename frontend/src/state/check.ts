/** What the server finds in the document while it is edited: problems, and the fields at every anchor. */
import { create } from "zustand";
import * as api from "@/api/client";
import type { CheckAnswer, FieldShape, Problem } from "@/api/types";
import { nodesOf } from "@/document/types";
import { currentDocument, useWorkflow } from "./workflow";

const PAUSE = 120; // ms without an edit before a check is asked for

interface Check extends CheckAnswer {
  /** Problems by node; those of no node under the empty name. */
  readonly byNode: ReadonlyMap<string, readonly Problem[]>;
}

const NONE: Check = { problems: [], cut: [], nodes: {}, byNode: new Map() };

export const useCheck = create<Check>(() => NONE);

let timer = 0;
let asked: AbortController | null = null;

/** Check after every edit, from now on. */
export function keepChecking(): void {
  useWorkflow.subscribe((now, before) => {
    if (now.history.document !== before.history.document || now.path !== before.path) checkSoon();
  });
}

/** Check again shortly: also where something outside changed, as a run does. */
export function checkSoon(): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void check(), PAUSE);
}

async function check(): Promise<void> {
  asked?.abort();
  const request = new AbortController();
  asked = request;
  const document = currentDocument();
  if (Object.keys(nodesOf(document)).length === 0) return useCheck.setState(NONE, true);
  try {
    const answer = await api.check(useWorkflow.getState().path, document, request.signal);
    useCheck.setState({ ...answer, byNode: byNode(answer.problems) }, true);
  } catch (error) {
    const refused = error as api.Refused;
    if (request.signal.aborted || refused.status === 0 || refused.status === 401) return; // no word on the workflow
    const problem = { level: "error", message: refused.message, hint: refused.hint } as Problem;
    useCheck.setState({ ...NONE, problems: [problem], byNode: new Map([["", [problem]]]) }, true);
  }
}

function byNode(problems: readonly Problem[]): Map<string, Problem[]> {
  const found = new Map<string, Problem[]>();
  for (const problem of problems) {
    const { node } = problem;
    found.set(node, [...(found.get(node) ?? []), problem]);
  }
  return found;
}

const NO_FIELDS: readonly FieldShape[] = [];

/** The fields that enter a node: by one anchor, or by its first. */
export function inputFields(check: CheckAnswer, node: string, anchor?: string): readonly FieldShape[] {
  const inputs = check.nodes[node]?.inputs ?? {};
  const ports = Object.keys(inputs).filter((port) => !anchor || port.split("#")[0] === anchor);
  return inputs[ports[0] ?? ""]?.fields ?? NO_FIELDS;
}
