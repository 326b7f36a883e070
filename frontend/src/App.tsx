import { ReactFlowProvider } from "@xyflow/react";
import { lazy, Suspense } from "react";
import { ContextMenu } from "@/actions/Menus";
import { Canvas } from "@/canvas/Canvas";
import { QuickInsert } from "@/canvas/QuickInsert";
import { Config } from "@/config/Config";
import { Palette } from "@/palette/Palette";
import { Results } from "@/results/Results";
import { useKept, useView } from "@/state/view";
import { isAwaited, useWorkflow } from "@/state/workflow";
import { Banner } from "@/window/Banner";
import { Notice } from "@/window/Notice";
import { Splitter } from "@/window/Splitter";
import { Top } from "@/window/Top";

const Dialogs = lazy(() => import("@/window/Dialogs"));

/** The window: menus and palette on top, configuration at the left, canvas in the middle, results below. */
export function App() {
  const { configWidth, resultsHeight, configFolded, resultsFolded } = useKept();
  const dialog = useView((view) => view.dialog);
  const awaited = useWorkflow(isAwaited);
  const columns = configFolded ? "0 0 1fr" : `${configWidth}px 3px 1fr`;
  const rows = resultsFolded ? "1fr 3px 36px" : `1fr 3px ${resultsHeight}px`;
  return (
    <ReactFlowProvider>
      <div className="window" inert={awaited}>
        <Top />
        <Palette />
        <Banner />
        <div className="work" style={{ gridTemplateColumns: columns }}>
          {configFolded ? <div /> : <Config />}
          {configFolded ? <div /> : <Splitter of="configWidth" label="Width of the configuration" />}
          <div className="work" style={{ gridTemplateRows: rows }}>
            <main aria-label="Canvas">
              <Canvas />
            </main>
            <Splitter of="resultsHeight" label="Height of the results" />
            <Results />
          </div>
        </div>
        <QuickInsert />
        <ContextMenu />
        {dialog && (
          <Suspense>
            <Dialogs dialog={dialog} />
          </Suspense>
        )}
        <Notice />
      </div>
    </ReactFlowProvider>
  );
}
