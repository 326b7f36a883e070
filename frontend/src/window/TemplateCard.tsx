import type { Template } from "@/api/types";
import { Sketch } from "@/canvas/Sketch";
import type { Document } from "@/document/types";
import { openTemplate } from "@/state/files";

/** A template with its picture; a click begins a workflow from it. */
export function TemplateCard({ template, done }: { template: Template; done?: () => void }) {
  const choose = (): void => {
    done?.();
    void openTemplate(template);
  };
  return (
    <button className="template" onClick={choose} title={template.description}>
      <Sketch document={template.document as Document} />
      <strong className="ellipsis">{template.title}</strong>
      <span className="soft">{template.description}</span>
    </button>
  );
}
