import { useState } from "react";
import { shown } from "@/actions/action";
import { menus } from "@/actions/registry";
import { folderOf } from "@/config/paths";
import { Icon } from "@/icons/Icon";
import { openFile, saveAs } from "@/state/files";
import { showDialog, useKept, type Dialog as DialogName } from "@/state/view";
import { useWorkflow } from "@/state/workflow";
import { Connect } from "./Connect";
import { Dialog } from "./Dialog";
import { FileBrowser } from "./FileBrowser";
import { Find } from "./Find";
import { EarlierRuns } from "./EarlierRuns";
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

function SaveAs() {
  const path = useWorkflow((workflow) => workflow.path);
  const save = async (file: string): Promise<void> => {
    close();
    await saveAs(/\.ya?ml$/i.test(file) ? file : `${file}.yaml`);
  };
  return (
    <FileBrowser
      title="Save the workflow as"
      start={folderOf(path)}
      choose="save"
      name={path.split("/").at(-1) ?? "workflow.yaml"}
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
        <h3>Mouse</h3>
        {MOUSE.map(([what, how]) => (
          <div key={what}>
            <span>{what}</span>
            <kbd>{how}</kbd>
          </div>
        ))}
      </div>
    </Dialog>
  );
}

const MOUSE = [
  ["Insert a tool", "double-click the canvas"],
  ["Scroll, zoom", "wheel, Ctrl+wheel"],
  ["Move the view", "Space or middle button, drag"],
  ["Frame things", "drag on the canvas"],
  ["Tools that fit", "drag a wire into the open"],
] as const;
