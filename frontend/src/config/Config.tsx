import type { ReactNode } from "react";
import { commentsOf, containersOf, nodesOf } from "@/document/types";
import { Icon } from "@/icons/Icon";
import { Tile } from "@/icons/Tile";
import { useTools } from "@/state/catalog";
import { useKept, useView, type ConfigTab } from "@/state/view";
import { useDocument, useWorkflow } from "@/state/workflow";
import { Tabs } from "@/window/Tabs";
import { AnnotationTab } from "./AnnotationTab";
import { CommentConfig, ContainerConfig, SeveralConfig, WorkflowConfig } from "./OtherConfig";
import { HelpPage } from "./HelpPage";
import { NodeForm } from "./NodeForm";
import { YamlTab } from "./YamlTab";

const TABS: readonly (readonly [ConfigTab, string])[] = [
  ["configuration", "Configuration"],
  ["annotation", "Annotation"],
  ["yaml", "YAML"],
  ["help", "Help"],
];

/** The configuration of what is selected: a tool, a container, a comment, several things, or the workflow. */
export function Config() {
  const selected = useWorkflow((workflow) => workflow.selected);
  const document = useDocument();
  const [name = "", ...others] = selected;
  return (
    <aside className="config" aria-label="Configuration">
      {others.length > 0 ? (
        <Plain title={`${selected.size} things`}>
          <SeveralConfig />
        </Plain>
      ) : nodesOf(document)[name] ? (
        <NodeConfig key={name} name={name} />
      ) : containersOf(document)[name] ? (
        <Plain title="Container">
          <ContainerConfig key={name} name={name} />
        </Plain>
      ) : commentsOf(document)[name] ? (
        <Plain title="Comment">
          <CommentConfig key={name} name={name} />
        </Plain>
      ) : (
        <WorkflowPanel />
      )}
    </aside>
  );
}

function Plain({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <div className="panel-head">
        <h2 className="ellipsis">{title}</h2>
        <FoldButton />
      </div>
      <div className="config-body">{children}</div>
    </>
  );
}

function NodeConfig({ name }: { name: string }) {
  const tab = useView((view) => view.configTab);
  const node = useWorkflow(({ history }) => nodesOf(history.document)[name]);
  const tool = useTools(({ byId }) => byId.get(node?.tool ?? ""));
  if (!node) return null;
  return (
    <>
      <div className="panel-head">
        <Tile tool={tool} size={24} />
        <h2 className="ellipsis" title={`${tool?.title ?? node.tool}: ${name}`}>
          {tool?.title ?? node.tool} <span className="soft">{name}</span>
        </h2>
        <FoldButton />
      </div>
      <ConfigTabs tabs={TABS} chosen={tab} />
      <div className="config-body" role="tabpanel" aria-label={tab} tabIndex={0}>
        {tab === "configuration" && <NodeForm name={name} node={node} tool={tool} />}
        {tab === "annotation" && <AnnotationTab name={name} node={node} />}
        {tab === "yaml" && <YamlTab name={name} />}
        {tab === "help" && <HelpPage tool={tool} />}
      </div>
    </>
  );
}

function WorkflowPanel() {
  const tab = useView((view) => view.configTab);
  return (
    <>
      <div className="panel-head">
        <h2>Workflow</h2>
        <FoldButton />
      </div>
      <ConfigTabs
        tabs={TABS.filter(([key]) => key === "configuration" || key === "yaml")}
        chosen={tab === "yaml" ? tab : "configuration"}
      />
      <div className="config-body" role="tabpanel" aria-label="Workflow" tabIndex={0}>
        {tab === "yaml" ? <YamlTab name="" /> : <WorkflowConfig />}
      </div>
    </>
  );
}

function ConfigTabs({ tabs, chosen }: { tabs: typeof TABS; chosen: ConfigTab }) {
  const choose = (configTab: ConfigTab): void => useView.setState({ configTab });
  return (
    <Tabs label="Parts of the configuration" className="config-tabs" tabs={tabs} chosen={chosen} choose={choose} />
  );
}

function FoldButton() {
  return (
    <button
      className="icon-button fold-panel"
      aria-label="Hide the configuration"
      title="Hide (Ctrl+Alt+C)"
      onClick={() => useKept.setState({ configFolded: true })}
    >
      <Icon name="close" size={12} />
    </button>
  );
}
