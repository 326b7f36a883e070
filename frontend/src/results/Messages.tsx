import { useMemo, useState } from "react";
import { boxesOf } from "@/document/edits/containers";
import { positionsOf } from "@/document/geometry";
import { reveal } from "@/canvas/viewport";
import { marked } from "@/config/marked";
import { Icon, type IconName } from "@/icons/Icon";
import type { RunMessage, RunState } from "@/run/state";
import { useRun } from "@/run/store";
import { catalog } from "@/state/catalog";
import { useCheck } from "@/state/check";
import { useKept, useView } from "@/state/view";
import { currentDocument, select } from "@/state/workflow";
import type { Problem } from "@/api/types";

export interface Line {
  readonly key: string;
  readonly node: string;
  readonly level: RunMessage["level"];
  readonly text: string;
  readonly hint: string;
  readonly setting: string;
}

const FILTERS = [
  ["all", "All"],
  ["error", "Errors"],
  ["warning", "Warnings"],
  ["info", "Messages"],
  ["file", "Files"],
] as const;
type Filter = (typeof FILTERS)[number][0];

const ICONS: Record<Line["level"], IconName> = {
  error: "error",
  conversion_error: "alert",
  warning: "alert",
  info: "info",
  file: "file",
};

/** What the check finds now and what the run said, by tool. A click leads to the tool and its setting. */
export function Messages() {
  const lines = useLines();
  const [filter, setFilter] = useState<Filter>("all");
  const shown = lines.filter((line) => filter === "all" || kind(line) === filter);
  return (
    <div className="messages">
      <div className="filters" role="group" aria-label="Kinds of messages">
        {FILTERS.map(([key, label]) => (
          <button key={key} className="chip" aria-pressed={filter === key} onClick={() => setFilter(key)}>
            {label}{" "}
            <span className="soft">
              {key === "all" ? lines.length : lines.filter((line) => kind(line) === key).length}
            </span>
          </button>
        ))}
      </div>
      <ul className="scroll message-list" aria-label="Messages" tabIndex={0}>
        {shown.map((line) => (
          <li key={line.key}>
            <button onClick={() => goTo(line)}>
              <span className={`level ${line.level}`}>
                <Icon name={ICONS[line.level]} size={14} />
              </span>
              <span className="message-node ellipsis">{line.node}</span>
              <span className="message-text">
                <span className="visually-hidden">{line.level}: </span>
                {marked(line.text)} {line.hint && <span className="soft">{marked(line.hint)}</span>}
              </span>
            </button>
          </li>
        ))}
        {shown.length === 0 && <li className="soft note">{lines.length === 0 ? <Silence /> : "None of this kind."}</li>}
      </ul>
    </div>
  );
}

/** Why there are no messages. */
function Silence() {
  const outcome = useRun((state) => state.outcome);
  if (outcome === "running") return "The run has said nothing so far.";
  if (outcome === "done") return "The run went well; no tool had anything to say.";
  return outcome ? "No tool said anything." : "No problems. What the run says will stand here; Ctrl+R starts it.";
}

function kind({ level }: Line): Filter {
  return level === "conversion_error" ? "warning" : level;
}

/** Problems first, then what the run said in the order of its tools. */
export function useLines(): Line[] {
  const problems = useCheck((check) => check.problems);
  const run = useRun((state) => state.run);
  const messages = useRun((state) => state.messages);
  const nodes = useRun((state) => state.nodes);
  return useMemo(() => linesOf(problems, { run, messages, nodes }), [problems, run, messages, nodes]);
}

export function linesOf(
  problems: readonly Problem[],
  { run, messages, nodes }: Pick<RunState, "run" | "messages" | "nodes">,
): Line[] {
  const place = new Map(Object.keys(nodes).map((name, index) => [name, index]));
  const found = problems.map(({ node, message, hint, level, setting }, index) => ({
    key: `problem ${index}`,
    node,
    level,
    text: message,
    hint,
    setting,
  }));
  // What is told before a run is told by the run again; here it is one line.
  const told = new Set(found.map(({ node, text }) => `${node}\n${text}`));
  const said = messages
    .filter(({ node, text }) => !told.has(`${node}\n${text}`))
    .map(({ sequence, node, level, text, hint }) => ({
      key: `${run} ${sequence}`,
      node,
      level,
      text,
      hint,
      setting: "",
    }))
    .sort((a, b) => (place.get(a.node) ?? -1) - (place.get(b.node) ?? -1));
  return [...found, ...said];
}

function goTo({ node, setting }: Line): void {
  if (!node) return;
  const document = currentDocument();
  const box = boxesOf(document, positionsOf(document, catalog()))[node];
  if (!box) return;
  select([node]);
  reveal(box);
  if (!setting) return;
  useKept.setState({ configFolded: false });
  useView.setState({ configTab: "configuration", setting });
}
