/** The configuration of what is no tool. */
import { perform } from "@/actions/registry";
import { setOrDrop } from "@/document/edits/nodes";
import { toggle } from "@/document/edits/containers";
import { commentsOf, containersOf, isMapping } from "@/document/types";
import { edit, useDocument, useWorkflow } from "@/state/workflow";
import { asText, Help } from "./Form";
import { Pairs } from "./KeyValues";

export function WorkflowConfig() {
  const document = useDocument();
  const path = useWorkflow((workflow) => workflow.path);
  const runtime = isMapping(document.runtime) ? document.runtime : {};
  const text = (key: "name" | "description", value: string): void =>
    edit("Configure", (draft) => setOrDrop(draft, [key], value, ""), `workflow.${key}`);
  return (
    <form className="form" onSubmit={(event) => event.preventDefault()}>
      <div className="setting">
        <label htmlFor="workflow-name">Name</label>
        <input
          id="workflow-name"
          className="input"
          value={asText(document.name)}
          onChange={(event) => text("name", event.target.value)}
        />
        <p className="soft">{path || "Not saved yet"}</p>
      </div>
      <div className="setting">
        <label htmlFor="workflow-description">Description</label>
        <textarea
          id="workflow-description"
          className="input"
          rows={4}
          value={asText(document.description)}
          onChange={(event) => text("description", event.target.value)}
        />
      </div>
      <div className="setting">
        <h3>
          Constants <Help text="Write %name% in a setting, or [User.name] in a formula." />
        </h3>
        <Pairs
          label="Constants"
          value={isMapping(document.constants) ? document.constants : {}}
          change={(entries) =>
            edit("Configure", (draft) => setOrDrop(draft, ["constants"], Object.fromEntries(entries), {}), "constants")
          }
        />
      </div>
      <div className="setting inline">
        <label htmlFor="stop-on-error">Stop everything when a tool fails</label>
        <input
          id="stop-on-error"
          type="checkbox"
          checked={runtime.stop_on_error === true}
          onChange={(event) =>
            edit("Configure", (draft) =>
              setOrDrop(draft, ["runtime"], event.target.checked ? { ...runtime, stop_on_error: true } : undefined),
            )
          }
        />
      </div>
    </form>
  );
}

export function ContainerConfig({ name }: { name: string }) {
  const container = containersOf(useDocument())[name] ?? {};
  return (
    <form className="form" onSubmit={(event) => event.preventDefault()}>
      <div className="setting">
        <label htmlFor="container-title">Title</label>
        <input
          id="container-title"
          className="input"
          value={container.title ?? ""}
          onChange={(event) =>
            edit("Rename", (draft) => draft.put(["containers", name, "title"], event.target.value), `${name}.title`)
          }
        />
      </div>
      <div className="setting inline">
        <label htmlFor="container-on">Tools inside run</label>
        <input
          id="container-on"
          type="checkbox"
          checked={!container.disabled}
          onChange={() => edit("Switch container", (draft) => toggle(draft, name, "disabled"))}
        />
      </div>
      <div className="setting inline">
        <label htmlFor="container-folded">Folded</label>
        <input
          id="container-folded"
          type="checkbox"
          checked={container.folded === true}
          onChange={() => edit("Fold container", (draft) => toggle(draft, name, "folded"))}
        />
      </div>
    </form>
  );
}

export function CommentConfig({ name }: { name: string }) {
  const text = commentsOf(useDocument())[name]?.text ?? "";
  return (
    <div className="setting">
      <label htmlFor="comment-text">Text</label>
      <textarea
        id="comment-text"
        className="input"
        rows={8}
        value={text}
        onChange={(event) =>
          edit("Edit comment", (draft) => draft.put(["comments", name, "text"], event.target.value), `${name}.text`)
        }
      />
    </div>
  );
}

const MANY = [
  ["align-left", "Left"],
  ["align-centre", "Column"],
  ["align-right", "Right"],
  ["align-top", "Top"],
  ["align-middle", "Row"],
  ["align-bottom", "Bottom"],
  ["distribute-x", "Spread across"],
  ["distribute-y", "Spread down"],
  ["container", "Put into a container"],
] as const;

export function SeveralConfig() {
  return (
    <div className="setting">
      <h3>Align and arrange</h3>
      <div className="buttons">
        {MANY.map(([id, label]) => (
          <button key={id} className="button" onClick={() => perform(id)}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}
