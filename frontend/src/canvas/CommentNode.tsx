import { NodeResizeControl, type NodeProps } from "@xyflow/react";
import { memo } from "react";
import { resize } from "@/document/edits/containers";
import { commentsOf } from "@/document/types";
import { useView } from "@/state/view";
import { edit, useWorkflow } from "@/state/workflow";
import { InPlace } from "./InPlace";

/** A note on the canvas. */
export const CommentNode = memo(function CommentNode({ id, selected }: NodeProps) {
  const text = useWorkflow(({ history }) => commentsOf(history.document)[id]?.text ?? "");
  const editing = useView((view) => view.editing === id);
  const save = (value: string): void => {
    if (value !== text) edit("Edit comment", (draft) => draft.put(["comments", id, "text"], value));
  };
  if (editing) return <InPlace className="comment editor" label="Comment" text={text} save={save} />;
  return (
    <div className="comment" onDoubleClick={() => useView.setState({ editing: id })}>
      {text || <span className="soft">Double-click to write</span>}
      {selected && (
        <NodeResizeControl
          className="resize"
          minWidth={60}
          minHeight={30}
          onResizeEnd={(_, box) => edit("Resize", (draft) => resize(draft, id, box))}
        />
      )}
    </div>
  );
});
