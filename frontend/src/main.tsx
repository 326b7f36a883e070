import "@xyflow/react/dist/base.css";
import "./theme/tokens.css";
import "./theme/base.css";
import "./theme/window.css";
import "./palette/palette.css";
import "./canvas/canvas.css";
import "./canvas/things.css";
import "./config/config.css";
import "./config/tables.css";
import "./results/results.css";
import "./results/grid/grid.css";
import "./results/profile/profile.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { onKey, onPaste } from "./actions/registry";
import { rememberMouse } from "./actions/clipboard";
import * as api from "./api/client";
import { App } from "./App";
import { keepRuns } from "./run/control";
import { setTools } from "./state/catalog";
import { keepChecking } from "./state/check";
import { keepLink } from "./state/link";
import { keepFiles, openFile, pathInAddress, recoverUnnamed } from "./state/files";
import { applyTheme, notifyError } from "./state/view";
import { comes } from "./state/workflow";

async function start(): Promise<void> {
  applyTheme();
  keepChecking();
  keepFiles();
  keepLink();
  keepRuns();
  window.addEventListener("keydown", onKey);
  window.addEventListener("paste", onPaste);
  window.addEventListener("mousemove", rememberMouse, { passive: true });
  try {
    setTools(await api.tools());
    requestIdleCallback(() => void import("./window/Dialogs")); // so that the first one opens at once
    await (pathInAddress() ? openFile(pathInAddress()) : recoverUnnamed());
  } catch (error) {
    notifyError(error);
  }
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  void comes(start());
}
