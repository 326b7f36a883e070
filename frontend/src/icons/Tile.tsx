import { memo } from "react";
import type { Description } from "@/api/types";
import { glyphOf } from "./glyphs";
import { Shape } from "./shapes";

/** A tool's icon: its family's shape and colour with a white glyph. A tool that nobody knows is a grey question. */
export const Tile = memo(function Tile({ tool, size = 36 }: { tool: Description | undefined; size?: number }) {
  const { colour, shape } = tool?.category ?? { colour: "#6b7280", shape: "square" };
  const Glyph = glyphOf(tool?.id ?? "", shape);
  return (
    <svg
      className="tile"
      width={size}
      height={size}
      viewBox="0 0 36 36"
      aria-hidden="true"
      style={{ "--tile": colour } as object}
    >
      <Shape name={shape} colour={colour} />
      <g fill="none" stroke="#fff" color="#fff" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round">
        {tool ? (
          <Glyph />
        ) : (
          <path d="M14 14 Q14 10.5 18 10.5 Q22 10.5 22 14 Q22 16.5 18 18 V20.5 M18 25 V25.2" strokeWidth="2.4" />
        )}
      </g>
    </svg>
  );
});
