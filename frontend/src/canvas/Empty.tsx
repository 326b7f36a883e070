import { namesOf } from "@/document/types";
import { useTemplates } from "@/state/templates";
import { showDialog } from "@/state/view";
import { useWorkflow } from "@/state/workflow";
import { TemplateCard } from "@/window/TemplateCard";

const OFFERED = 3;

/** What an empty canvas says: what to do next. */
export function Empty() {
  const empty = useWorkflow(({ history, isComing }) => !isComing && namesOf(history.document).length === 0);
  return empty ? <Start /> : null;
}

function Start() {
  const templates = useTemplates();
  return (
    <div className="empty canvas-empty">
      <strong>Drag a tool from above onto the canvas</strong>
      <span>or double-click here and type its name. Ctrl+O opens a workflow.</span>
      {templates.length > 0 && (
        <>
          <span>Or begin from a template:</span>
          <div className="templates">
            {templates.slice(0, OFFERED).map((template) => (
              <TemplateCard key={template.name} template={template} />
            ))}
          </div>
        </>
      )}
      {templates.length > OFFERED && (
        <button className="button" onClick={() => showDialog("templates")}>
          All {templates.length} templates …
        </button>
      )}
    </div>
  );
}
