import type { PointerEvent } from "react";
import { useKept } from "@/state/view";

type Size = "configWidth" | "resultsHeight";
const LEAST = { configWidth: 240, resultsHeight: 100 };
const MOST = { configWidth: () => window.innerWidth - 400, resultsHeight: () => window.innerHeight - 260 };

function set(of: Size, value: number): void {
  useKept.setState({ [of]: Math.round(Math.max(LEAST[of], Math.min(MOST[of](), value))) });
}

/** The edge between two panels: dragged, or moved by arrows. */
export function Splitter({ of, label }: { of: Size; label: string }) {
  const value = useKept((kept) => kept[of]);
  const vertical = of === "configWidth";
  const start = (event: PointerEvent<HTMLDivElement>): void => {
    const { clientX, clientY, pointerId, currentTarget } = event;
    currentTarget.setPointerCapture(pointerId);
    currentTarget.onpointermove = (move) =>
      set(of, vertical ? value + move.clientX - clientX : value - move.clientY + clientY);
    currentTarget.onpointerup = () => (currentTarget.onpointermove = null);
  };
  return (
    <div
      className={`splitter ${vertical ? "vertical" : "horizontal"}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={vertical ? "vertical" : "horizontal"}
      aria-valuenow={value}
      aria-valuemin={LEAST[of]}
      aria-valuemax={MOST[of]()}
      onPointerDown={start}
      onKeyDown={({ key }) => {
        if (key === "ArrowRight" || key === "ArrowUp") set(of, value + 20);
        if (key === "ArrowLeft" || key === "ArrowDown") set(of, value - 20);
      }}
    />
  );
}
