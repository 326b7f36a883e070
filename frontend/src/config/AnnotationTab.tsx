import { useState } from "react";
import { automaticAnnotation } from "@/document/annotation";
import { rename, setOrDrop } from "@/document/edits/nodes";
import { nameRefusal } from "@/document/naming";
import type { Node } from "@/document/types";
import { catalog } from "@/state/catalog";
import { currentDocument, edit, select } from "@/state/workflow";

/** The node's name, by which connections and messages call it, and the words below its tile. */
export function AnnotationTab({ name, node }: { name: string; node: Node }) {
  return (
    <form className="form" onSubmit={(event) => event.preventDefault()}>
      <NameField name={name} />
      <div className="setting">
        <label htmlFor="annotation">Annotation</label>
        <textarea
          id="annotation"
          className="input"
          rows={4}
          value={node.annotation ?? ""}
          placeholder={automaticAnnotation(node) || "Words below the tool"}
          onChange={(event) =>
            edit(
              "Annotate",
              (draft) => setOrDrop(draft, ["nodes", name, "annotation"], event.target.value, ""),
              `${name}.annotation`,
            )
          }
        />
        <p className="soft">Left empty, the tool says by itself what it works on.</p>
      </div>
      <div className="setting">
        <label htmlFor="node-cache">Result</label>
        <select
          id="node-cache"
          className="input"
          value={node.cache ?? ""}
          onChange={({ target: { value } }) =>
            edit("Configure", (draft) => setOrDrop(draft, ["nodes", name, "cache"], value, ""))
          }
        >
          <option value="">Reuse it while nothing has changed</option>
          <option value="keep">Keep all of its records for later runs</option>
          <option value="never">Never reuse it</option>
        </select>
      </div>
    </form>
  );
}

/** A name is changed when it is complete, so that no half name ever stands in the file. */
function NameField({ name }: { name: string }) {
  const [typed, setTyped] = useState(name);
  const refused = nameRefusal(currentDocument(), typed, name);
  const done = (): void => {
    if (refused !== null || typed === name) return setTyped(name);
    edit("Rename", (draft) => rename(draft, catalog(), name, typed));
    select([typed]);
  };
  return (
    <div className="setting">
      <label htmlFor="node-name">Name</label>
      <input
        id="node-name"
        className="input"
        value={typed}
        aria-invalid={refused !== null}
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => event.key === "Enter" && done()}
      />
      {refused && <p className="problem error">{refused}</p>}
    </div>
  );
}
