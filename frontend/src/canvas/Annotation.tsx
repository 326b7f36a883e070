import { automaticAnnotation } from "@/document/annotation";
import { setOrDrop } from "@/document/edits/nodes";
import type { Node } from "@/document/types";
import { useKept, useView } from "@/state/view";
import { edit } from "@/state/workflow";
import { InPlace } from "./InPlace";
import { wrapped } from "./wrapped";

/** The words below a tool: its user's, else its file, condition or formulas. A double-click edits them. */
export function Annotation({ name, node }: { name: string; node: Node }) {
  const editing = useView((view) => view.editing === name);
  const shown = useKept(({ annotations }) => annotations);
  const text = node.annotation ?? automaticAnnotation(node);
  if (editing) return <AnnotationEditor name={name} text={text} />;
  if (!shown || !text) return null;
  return (
    <div className="annotation" title={text} onDoubleClick={() => useView.setState({ editing: name })}>
      <span>{wrapped(text)}</span>
    </div>
  );
}

function AnnotationEditor({ name, text }: { name: string; text: string }) {
  const save = (value: string): void => {
    if (value !== text) edit("Annotate", (draft) => setOrDrop(draft, ["nodes", name, "annotation"], value, ""));
  };
  return <InPlace className="annotation editor" label={`Annotation of ${name}`} text={text} save={save} />;
}
