import { useEffect } from "react";
import { useShallow } from "zustand/react/shallow";
import { MenuBar } from "@/actions/Menus";
import { shown } from "@/actions/action";
import { action, perform } from "@/actions/registry";
import { Icon } from "@/icons/Icon";
import { useRun } from "@/run/store";
import { isDirty, useWorkflow } from "@/state/workflow";

const TOOLS = ["undo", "redo", "save"];

/** The menu line, the workflow's name with a dot when it is not saved, and Run. */
export function Top() {
  const dirty = useWorkflow(isDirty);
  const { path, name } = useWorkflow(
    useShallow(({ path: at, history }) => ({ path: at, name: history.document.name })),
  );
  const title = typeof name === "string" && name ? name : (path.split("/").at(-1) ?? "") || "New workflow";
  useEffect(() => {
    // Browsers take their time over it, and what was edited shall be seen first.
    const timer = setTimeout(() => (document.title = `${dirty ? "● " : ""}${title} - flowrun`), 100);
    return () => clearTimeout(timer);
  }, [dirty, title]);
  return (
    <header className="top">
      <MenuBar />
      <ToolBar />
      <h1 className="top-name" title={path}>
        <span className="ellipsis">{title}</span>
        {dirty && (
          <span className="unsaved" role="img" aria-label="not saved" title="There are edits that are not saved" />
        )}
      </h1>
      <RunButton />
    </header>
  );
}

function ToolBar() {
  useWorkflow(useShallow(({ history, saved }) => [history, saved])); // what is enabled depends on both
  return (
    <div role="toolbar" aria-label="Edit">
      {TOOLS.map(action).map((entry) => (
        <button
          key={entry.id}
          className="icon-button"
          aria-label={entry.label}
          title={`${entry.label} (${shown(entry.keys?.[0] ?? "")})`}
          disabled={!(entry.enabled?.() ?? true)}
          onClick={entry.perform}
        >
          {entry.icon && <Icon name={entry.icon} />}
        </button>
      ))}
    </div>
  );
}

function RunButton() {
  const running = useRun(({ outcome }) => outcome === "running");
  const id = running ? "stop" : "run";
  return (
    <button
      className={`button primary run-button ${id}`}
      title={shown(action(id).keys?.[0] ?? "")}
      onClick={() => perform(id)}
    >
      <Icon name={id} size={14} filled />
      {running ? "Stop" : "Run"}
    </button>
  );
}
