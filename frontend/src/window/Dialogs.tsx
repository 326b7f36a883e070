import { useState } from "react";
import { shown } from "@/actions/action";
import { menus } from "@/actions/registry";
import { folderOf } from "@/config/paths";
import { Icon } from "@/icons/Icon";
import type { Plain } from "@/document/types";
import { openFile, saveAs } from "@/state/files";
import { showDialog, useKept, type Dialog as DialogName } from "@/state/view";
import { useWorkflow } from "@/state/workflow";
import { Connect } from "./Connect";
import { Dialog } from "./Dialog";
import { FileBrowser } from "./FileBrowser";
import { Find } from "./Find";
import { EarlierRuns } from "./EarlierRuns";
import { IntoContainer } from "./IntoContainer";
import { Templates } from "./Templates";

const close = (): void => showDialog(null);

/** The dialogs; loaded when the first is opened. */
export default function Dialogs({ dialog }: { dialog: DialogName }) {
  switch (dialog) {
    case "open":
      return <Open />;
    case "templates":
      return <Templates close={close} />;
    case "save-as":
      return <SaveAs />;
    case "shortcuts":
      return <Shortcuts />;
    case "find":
      return <Find close={close} />;
    case "connect":
      return <Connect close={close} />;
    case "container":
      return <IntoContainer close={close} />;
    case "runs":
      return <EarlierRuns close={close} />;
  }
}

function Open() {
  const recent = useKept((kept) => kept.recent);
  const path = useWorkflow((workflow) => workflow.path);
  const [browse, setBrowse] = useState(recent.filter((file) => file !== path).length === 0);
  const open = (file: string): void => {
    close();
    void openFile(file);
  };
  if (browse)
    return <FileBrowser title="Open a workflow" start={folderOf(path)} choose="workflow" close={close} done={open} />;
  return (
    <Dialog title="Open a workflow" close={close}>
      <ul className="dialog-list">
        {recent.map((file) => (
          <li key={file}>
            <button onClick={() => open(file)}>
              <Icon name="clock" /> <span className="grow ellipsis">{file}</span>
            </button>
          </li>
        ))}
      </ul>
      <div className="dialog-foot">
        <button className="button" onClick={close}>
          Cancel
        </button>
        <button className="button primary" onClick={() => setBrowse(true)}>
          Other files …
        </button>
      </div>
    </Dialog>
  );
}

/** A name for the file, from what the workflow is called. */
function fileName(title: Plain | undefined): string {
  const words = typeof title === "string" ? (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) : [];
  return `${words.join("_") || "workflow"}.yaml`;
}

function SaveAs() {
  const { path, history } = useWorkflow.getState();
  const save = async (file: string): Promise<void> => {
    close();
    await saveAs(/\.ya?ml$/i.test(file) ? file : `${file}.yaml`);
  };
  return (
    <FileBrowser
      title="Save the workflow as"
      start={folderOf(path)}
      choose="save"
      name={path.split("/").at(-1) || fileName(history.document.name)}
      close={close}
      done={(file) => void save(file)}
    />
  );
}

function Shortcuts() {
  return (
    <Dialog title="Keyboard shortcuts" close={close}>
      <div className="shortcuts" tabIndex={0} role="region" aria-label="Shortcuts">
        {menus.map(({ title, actions }) => [
          <h3 key={title}>{title}</h3>,
          ...actions
            .filter(({ keys }) => keys)
            .map(({ id, label, keys = [] }) => (
              <div key={id}>
                <span>{label}</span>
                <kbd>{keys.map(shown).join(" or ")}</kbd>
              </div>
            )),
        ])}
        <Further title="Inside a part" lines={INSIDE} />
        <Further title="Mouse" lines={MOUSE} />
      </div>
    </Dialog>
  );
}

function Further({ title, lines }: { title: string; lines: readonly (readonly [string, string])[] }) {
  return (
    <>
      <h3>{title}</h3>
      {lines.map(([what, how]) => (
        <div key={what}>
          <span>{what}</span>
          <kbd>{shown(how)}</kbd>
        </div>
      ))}
    </>
  );
}

const MOUSE = [
  ["Insert a tool", "double-click the canvas"],
  ["Insert into a wire", "drop a tool on it, or double-click it"],
  ["Tools that fit", "drag a wire into the open"],
  ["See records", "click an anchor"],
  ["Scroll, zoom", "wheel, Ctrl+wheel"],
  ["Move the view", "Space or middle button, drag"],
  ["Frame things", "drag on the canvas"],
  ["Select more", "Ctrl or Shift, click"],
  ["Move off the grid", "Alt, drag"],
  ["Edit in place", "double-click words"],
] as const;

/** Keys that belong to the part that has the focus. */
const INSIDE = [
  ["Go to the next part, tool or setting", "Tab"],
  ["Select the tool or wire that has the focus", "Enter"],
  ["Select it as well", "Shift+Enter"],
  ["Its menu", "Shift+F10"],
  ["Add a tool of the palette", "Enter"],
  ["Reorder steps and fields", "Alt+ArrowUp or Alt+ArrowDown"],
  ["Move the view, where nothing is selected", "ArrowLeft or ArrowUp"],
  ["Complete a formula", "Ctrl+Space"],
  ["Make a column of records wider or narrower", "Alt+ArrowRight or Alt+ArrowLeft"],
  ["Resize a panel, from its edge", "ArrowLeft or ArrowRight"],
] as const;
