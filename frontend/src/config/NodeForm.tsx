import { useEffect } from "react";
import type { Description } from "@/api/types";
import { settingsOf, type Mapping, type Node } from "@/document/types";
import { useCheck } from "@/state/check";
import { useView } from "@/state/view";
import { Form } from "./Form";
import { marked } from "./marked";
import { shapeOf } from "./schema";
import { idOf } from "./setting";
import { UnknownTool } from "./UnknownTool";

/** The settings of a node, as its tool's schema draws them. */
export function NodeForm({ name, node, tool }: { name: string; node: Node; tool: Description | undefined }) {
  const setting = useView((view) => view.setting);
  useEffect(() => {
    if (!setting) return;
    const field = document.getElementById(idOf(name, setting.split(".")));
    field?.scrollIntoView({ block: "center" });
    field?.focus();
    useView.setState({ setting: "" });
  }, [setting, name]);
  if (!tool) return <UnknownTool name={name} node={node} />;
  const shape = shapeOf(tool.settings as Mapping);
  return (
    <form className="form" onSubmit={(event) => event.preventDefault()}>
      <OtherProblems name={name} known={shape.settings.map((found) => found.name)} />
      <Form node={name} path={[]} settings={shape.settings} value={settingsOf(node)} />
      {shape.settings.length === 0 && <p className="soft">{tool.title} has no settings.</p>}
    </form>
  );
}

/** Problems that belong to no setting of the form. */
function OtherProblems({ name, known }: { name: string; known: readonly string[] }) {
  const problems = useCheck((check) => check.byNode.get(name));
  return problems
    ?.filter(({ setting }) => !known.includes(setting.split(".")[0] ?? ""))
    .map(({ message, hint, level, setting }) => (
      <p key={`${setting} ${message}`} className={`problem ${level}`}>
        {marked(message)} {marked(hint)}
      </p>
    ));
}
