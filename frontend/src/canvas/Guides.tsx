import { ViewportPortal } from "@xyflow/react";
import { useDragged } from "./picture";

const BEYOND = 12; // px that a guide reaches past what it touches

/** The lines on which what is being dragged stands level with its neighbours. */
export function Guides() {
  const guides = useDragged((dragged) => dragged.guides);
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className="guides" aria-hidden="true">
        {guides.map(({ axis, at, from, to }) => (
          <path
            key={axis}
            d={axis === "x" ? `M${at} ${from - BEYOND} V${to + BEYOND}` : `M${from - BEYOND} ${at} H${to + BEYOND}`}
          />
        ))}
      </svg>
    </ViewportPortal>
  );
}
