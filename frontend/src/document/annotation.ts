/** What stands below a tool when nobody wrote an annotation, as Alteryx does it: its file, condition or formulas. */
import { isMapping, type Node, type Plain } from "./types";

const LONGEST = 160;

export function automaticAnnotation(node: Node): string {
  const text = fileName(node.path) || expression(node.expression) || formulas(node.fields) || sorting(node.by);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function fileName(path: Plain | undefined): string {
  return typeof path === "string"
    ? (path
        .replace(/[/\\]+$/, "")
        .split(/[/\\]/)
        .at(-1) ?? "")
    : "";
}

function expression(value: Plain | undefined): string {
  return typeof value === "string" ? value : "";
}

function formulas(fields: Plain | undefined): string {
  const lines = records(fields).flatMap(({ field, expression: text }) =>
    typeof field === "string" && typeof text === "string" ? [`${field} = ${text}`] : [],
  );
  return lines.join("\n");
}

function sorting(by: Plain | undefined): string {
  return records(by)
    .flatMap(({ field, order }) =>
      typeof field === "string" ? [`${field} - ${order === "descending" ? "Descending" : "Ascending"}`] : [],
    )
    .join("\n");
}

function records(value: Plain | undefined) {
  return Array.isArray(value) ? (value as readonly Plain[]).filter((entry) => isMapping(entry)) : [];
}
