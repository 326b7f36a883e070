import { newFile, openDropped, save } from "@/state/files";
import { showDialog } from "@/state/view";
import { isDirty, useWorkflow } from "@/state/workflow";
import type { Action } from "./action";

/** A workflow from outside of the served folder, ours or Alteryx's: what dropping it on the canvas does. */
function chooseFile(): void {
  const input = document.createElement("input");
  input.type = "file";
  input.accept = ".yaml,.yml,.yxmd,.yxmc,.yxwz";
  input.onchange = () => {
    const [file] = input.files ?? [];
    if (file) void openDropped(file);
  };
  input.click();
}

export const filing: Action[] = [
  { id: "new", label: "New", icon: "file", keys: ["Ctrl+Alt+N"], perform: () => void newFile() },
  { id: "template", label: "New from template …", icon: "layout", perform: () => showDialog("templates") },
  {
    id: "open",
    label: "Open …",
    icon: "folder",
    keys: ["Ctrl+O"],
    perform: () => showDialog("open"),
    whileTyping: true,
  },
  { id: "import", label: "Open from this computer …", perform: chooseFile },
  {
    id: "save",
    label: "Save",
    icon: "save",
    keys: ["Ctrl+S"],
    perform: () => void save(),
    enabled: () => isDirty(useWorkflow.getState()) || useWorkflow.getState().path === "",
    whileTyping: true,
  },
  {
    id: "save-as",
    label: "Save as …",
    keys: ["Ctrl+Shift+S"],
    perform: () => showDialog("save-as"),
    whileTyping: true,
  },
];
