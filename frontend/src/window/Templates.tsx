import { useTemplates } from "@/state/templates";
import { Dialog } from "./Dialog";
import { TemplateCard } from "./TemplateCard";

/** The workflows to begin from, each with its picture. */
export function Templates({ close }: { close: () => void }) {
  const templates = useTemplates();
  return (
    <Dialog title="New from a template" close={close}>
      <p className="soft">
        Samples that a template reads are put into the served folder; nothing there is overwritten.
      </p>
      <div className="templates">
        {templates.map((template) => (
          <TemplateCard key={template.name} template={template} done={close} />
        ))}
      </div>
      <div className="dialog-foot">
        <button className="button" onClick={close}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
