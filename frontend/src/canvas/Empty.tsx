import { useShallow } from "zustand/react/shallow";
import { namesOf } from "@/document/types";
import { useWorkflow } from "@/state/workflow";

/** What an empty canvas says: what to do next. */
export function Empty() {
  const empty = useWorkflow(useShallow(({ history }) => namesOf(history.document).length === 0));
  if (!empty) return null;
  return (
    <div className="empty canvas-empty">
      <strong>Drag a tool from above onto the canvas</strong>
      <span>or double-click here and type its name. Ctrl+O opens a workflow.</span>
    </div>
  );
}
