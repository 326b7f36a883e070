import type { ReactNode } from "react";
import type { Description } from "@/api/types";
import { marked } from "./marked";

/** A tool's help: what it does, its anchors, its settings. */
export function HelpPage({ tool }: { tool: Description | undefined }) {
  if (!tool) return <p className="soft">Nothing is known of this tool.</p>;
  const settings = Object.entries(
    (tool.settings.properties ?? {}) as Record<string, { description?: string; label?: string }>,
  );
  const anchors = [
    ...tool.inputs.map((anchor) => ["Input", anchor] as const),
    ...tool.outputs.map((anchor) => ["Output", anchor] as const),
  ];
  return (
    <article className="help">
      <p>
        <strong>{marked(tool.tooltip)}</strong>
      </p>
      {blocks(tool.help)}
      <h3>Anchors</h3>
      <dl>
        {anchors.map(([side, { name, help = "", optional }]) => (
          <div key={`${side} ${name}`}>
            <dt>
              {side} {name} {optional && side === "Input" ? <span className="soft">(optional)</span> : null}
            </dt>
            <dd>{marked(help)}</dd>
          </div>
        ))}
      </dl>
      {settings.length > 0 && <h3>Settings</h3>}
      <dl>
        {settings.map(([name, { description = "", label = "" }]) => (
          <div key={name}>
            <dt>
              {label} <code>{name}</code>
            </dt>
            <dd>{marked(description)}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

/** Paragraphs, lists and indented examples, as docstrings have them. */
function blocks(text: string): ReactNode[] {
  return text.split(/\n\s*\n|\n(?=    )(?<!\n    [^\n]*\n)/).map((block, index) => {
    if (/^ {4}/.test(block)) return <pre key={index}>{block.replace(/^ {4}/gm, "")}</pre>;
    const items = block.split(/^[*-] /m).slice(1);
    if (/^[*-] /.test(block))
      return (
        <ul key={index}>
          {items.map((item, number) => (
            <li key={number}>{marked(item)}</li>
          ))}
        </ul>
      );
    return <p key={index}>{marked(block)}</p>;
  });
}
