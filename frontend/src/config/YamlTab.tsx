import { useEffect, useState } from "react";
import * as api from "@/api/client";
import { isMapping, nodesOf, type Document, type Node } from "@/document/types";
import { edit, replaceAll, useDocument } from "@/state/workflow";

/** The YAML of a node, or of the whole workflow: to read, to copy, and to edit. */
export function YamlTab({ name }: { name: string }) {
  const document = useDocument();
  const node = nodesOf(document)[name];
  const [text, setText] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [problem, setProblem] = useState("");
  useEffect(() => {
    let current = true;
    const part = name && node ? ({ nodes: { [name]: node } } as Document) : document;
    api.yaml(part).then(
      (yaml) => current && setText(yaml),
      (error: api.Refused) => current && setProblem(error.message),
    );
    return () => {
      current = false;
    };
  }, [name, node, document]);

  const apply = async (): Promise<void> => {
    try {
      const parsed = await api.parse(typed ?? text);
      const wrong = replace(name, parsed);
      setProblem(wrong);
      if (!wrong) setTyped(null);
    } catch (error) {
      const { message, hint } = error as api.Refused;
      setProblem(`${message} ${hint}`);
    }
  };
  return (
    <div className="yaml">
      <textarea
        className="input code"
        aria-label="YAML"
        spellCheck={false}
        value={typed ?? text}
        onChange={(event) => setTyped(event.target.value)}
      />
      {problem && <p className="problem error">{problem}</p>}
      <div className="dialog-foot">
        <button className="button" disabled={typed === null} onClick={() => (setTyped(null), setProblem(""))}>
          Discard
        </button>
        <button className="button primary" disabled={typed === null} onClick={() => void apply()}>
          Apply
        </button>
      </div>
    </div>
  );
}

/** Put what was written in place of what was; gives what is wrong with it. */
function replace(name: string, parsed: Document): string {
  if (!isMapping(parsed.nodes)) return "This has no 'nodes'.";
  if (!name) {
    edit("Edit YAML", replaceAll(parsed));
    return "";
  }
  const node: Node | undefined = nodesOf(parsed)[name];
  if (!node || typeof node.tool !== "string")
    return `This has no node '${name}' with a tool; rename it in the Annotation tab.`;
  edit("Edit YAML", (draft) => draft.put(["nodes", name], node));
  return "";
}
