import { nodesOf } from "@/document/types";
import { finish, run, stop } from "@/run/control";
import { isRunning, useRun } from "@/run/store";
import { showDialog } from "@/state/view";
import { currentDocument, useWorkflow } from "@/state/workflow";
import type { Action } from "./action";

const one = (): string => {
  const [name = "", ...others] = useWorkflow.getState().selected;
  return others.length === 0 && nodesOf(currentDocument())[name] ? name : "";
};

export const running: Action[] = [
  {
    id: "run",
    label: "Run",
    icon: "run",
    keys: ["Ctrl+R", "F5"],
    perform: () => void run(),
    enabled: () => !isRunning(),
    whileTyping: true,
  },
  {
    id: "run-until",
    label: "Run up to here",
    keys: ["Ctrl+Shift+R"],
    perform: () => void run(one()),
    enabled: () => !isRunning() && one() !== "",
  },
  {
    id: "run-anew",
    label: "Run without cache",
    perform: () => void run("", false),
    enabled: () => !isRunning(),
  },
  {
    id: "stop",
    label: "Stop",
    icon: "stop",
    keys: ["Shift+Escape"],
    perform: () => void stop(),
    enabled: isRunning,
    whileTyping: true,
  },
  {
    id: "finish",
    label: "Stop and keep the best",
    perform: () => void finish(),
    enabled: () => isRunning() && Object.keys(useRun.getState().epochs).length > 0,
  },
  {
    id: "runs",
    label: "Earlier runs …",
    icon: "clock",
    perform: () => showDialog("runs"),
    enabled: () => useWorkflow.getState().path !== "",
  },
];
