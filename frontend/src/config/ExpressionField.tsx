import { lazy, Suspense } from "react";
import * as api from "@/api/client";
import type { Preview, PreviewRequest } from "@/api/types";
import { isMapping, nodesOf, type Plain } from "@/document/types";
import { at } from "@/document/changes";
import { useRun } from "@/run/store";
import { useCheck } from "@/state/check";
import { useWorkflow } from "@/state/workflow";
import { asText, type WidgetProps } from "./Form";
import { useFields } from "./FieldPicker";
import { examplesOf, placeholderOf } from "./schema";
import { set } from "./setting";
import { useAnswer } from "./useAnswer";

const Editor = lazy(() => import("./ExpressionEditor"));

/** A formula: coloured, completed, checked, with its result for the first record. */
export function ExpressionField(props: WidgetProps) {
  const { id, node, shape } = props;
  const text = asText(props.value);
  const fields = useFields(node, shape);
  const before = useBefore(props);
  const preview = usePreview(props, text);
  const names = [...new Set([...before.map(({ field }) => field), ...fields.map(({ name }) => name)])];
  const change = (value: string): void => set(props, value === "" && !props.required ? undefined : value);
  return (
    <div className="expression">
      <Suspense fallback={<textarea id={id} className="input" value={text} readOnly />}>
        <Editor
          id={id}
          label={shape.title}
          text={text}
          fields={names}
          example={placeholderOf(shape) || (examplesOf(shape)[0] ?? "[Field] + 1")}
          problem={preview?.problem ?? null}
          change={change}
        />
      </Suspense>
      {text !== "" && preview && <PreviewLine node={node} preview={preview} />}
    </div>
  );
}

function PreviewLine({ node, preview: { problem, known, value, type } }: { node: string; preview: Preview }) {
  // What the check says as well stands below already.
  const told = useCheck(({ byNode }) => byNode.get(node)?.some(({ message }) => message === problem?.message));
  if (problem && told) return null;
  if (problem) {
    return (
      <p className="problem error">
        {problem.message} {problem.hint}
      </p>
    );
  }
  return (
    <p className="soft preview" title="The result for the first record">
      {type}
      {known && <strong>{shownValue(value)}</strong>}
    </p>
  );
}

const DIGITS = 15; // that a Double holds for certain

function shownValue(value: Preview["value"]): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "object") return "…";
  return String(typeof value === "number" ? Number(value.toPrecision(DIGITS)) : value);
}

/** The formulas above this one: their results can be used in it. */
function useBefore({ node, path }: WidgetProps): { field: string; expression: string }[] {
  const lines = useWorkflow(({ history }) => at(nodesOf(history.document)[node], path.slice(0, -2)));
  const index = path.at(-2);
  if (!Array.isArray(lines) || typeof index !== "number") return [];
  return (lines as Plain[]).slice(0, index).flatMap((line) =>
    isMapping(line) && typeof line.field === "string" && typeof line.expression === "string"
      ? [
          {
            field: line.field,
            expression: line.expression,
            ...(typeof line.type === "string" ? { type: line.type } : {}),
          },
        ]
      : [],
  );
}

/** What the server says of an expression. */
function usePreview(props: WidgetProps, expression: string): Preview | null {
  const { node } = props;
  const before = JSON.stringify(useBefore(props));
  const connections = useWorkflow(({ history }) => history.document.connections);
  const run = useRun(({ run: id, outcome }) => `${id} ${outcome}`);
  return useAnswer(
    (signal) => {
      const { path, history } = useWorkflow.getState();
      const lines = JSON.parse(before) as PreviewRequest["before"];
      const asked = { path, document: history.document, node, expression, before: lines };
      return api.previewExpression(asked, signal);
    },
    [node, expression, before, connections, run],
  );
}
