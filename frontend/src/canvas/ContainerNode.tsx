import { Handle, NodeResizeControl, Position, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import { resize, toggle } from "@/document/edits/containers";
import { containersOf } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { useView } from "@/state/view";
import { edit, useWorkflow } from "@/state/workflow";
import { FOLD_IN, FOLD_OUT } from "./handles";
import { InPlace } from "./InPlace";

/** A titled box of tools with a switch and a button that folds it. */
export const ContainerNode = memo(function ContainerNode({ id, selected }: NodeProps) {
  const container = useWorkflow(({ history }) => containersOf(history.document)[id]);
  if (!container) return null;
  const { title = "", disabled = false, folded = false } = container;
  return (
    <section
      className={`container ${disabled ? "disabled" : ""} ${folded ? "folded" : ""}`}
      aria-label={`Container ${title || id}`}
    >
      <Handle id={FOLD_IN} type="target" position={Position.Left} className="fold-end" isConnectable={false} />
      <Handle id={FOLD_OUT} type="source" position={Position.Right} className="fold-end" isConnectable={false} />
      <header className="container-title">
        <button
          className="switch nodrag"
          role="switch"
          aria-checked={!disabled}
          aria-label={disabled ? "Switch the container on" : "Switch the container off"}
          onClick={() => edit(disabled ? "Enable" : "Disable", (draft) => toggle(draft, id, "disabled"))}
        />
        <Title id={id} title={title} />
        <button
          className="fold nodrag"
          aria-expanded={!folded}
          aria-label={folded ? "Unfold the container" : "Fold the container"}
          onClick={() => edit(folded ? "Unfold" : "Fold", (draft) => toggle(draft, id, "folded"))}
        >
          <Icon name={folded ? "chevronDown" : "chevronUp"} size={10} />
        </button>
      </header>
      {selected && !folded && (
        <NodeResizeControl
          className="resize"
          minWidth={120}
          minHeight={60}
          onResizeEnd={(_, box) => edit("Resize", (draft) => resize(draft, id, box))}
        />
      )}
    </section>
  );
});

function Title({ id, title }: { id: string; title: string }) {
  const editing = useView((view) => view.editing === id);
  const save = (text: string): void => {
    if (text !== title) edit("Rename", (draft) => draft.put(["containers", id, "title"], text));
  };
  if (editing) return <InPlace className="container-name editor" label="Title" text={title} save={save} />;
  return (
    <span className="container-name ellipsis" title={title} onDoubleClick={() => useView.setState({ editing: id })}>
      {title || id}
    </span>
  );
}
