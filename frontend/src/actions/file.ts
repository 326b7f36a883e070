import { newFile, save } from "@/state/files";
import { showDialog } from "@/state/view";
import { isDirty, useWorkflow } from "@/state/workflow";
import type { Action } from "./action";

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
