import { Handle, Position } from "@xyflow/react";
import { memo } from "react";
import type { Anchor, Side } from "@/document/wires";
import { useView } from "@/state/view";
import { select } from "@/state/workflow";
import { FLAG, topOf } from "./handles";

/** The anchors of one side of a tool: flags that point along the flow, with a letter where there is a choice. */
export const Flags = memo(function Flags({
  node,
  side,
  anchors,
}: {
  node: string;
  side: Side;
  anchors: readonly Anchor[];
}) {
  return anchors.map((anchor, index) => (
    <Flag
      key={anchor.name}
      node={node}
      side={side}
      anchor={anchor}
      top={topOf(index, anchors.length)}
      letter={anchors.length > 1}
    />
  ));
});

interface FlagProps {
  node: string;
  side: Side;
  anchor: Anchor;
  top: number;
  letter: boolean;
}

function Flag({ node, side, anchor, top, letter }: FlagProps) {
  const watched = useView(({ watched: it }) => it?.node === node && it.anchor === anchor.name && it.side === side);
  const optional = anchor.optional && side === "input";
  const kind = [side, optional && "optional", anchor.multiple && "multiple", watched && "watched"]
    .filter(Boolean)
    .join(" ");
  const text = letter && /^[A-Z0-9#]{1,2}$/.test(anchor.name) ? anchor.name : "";
  return (
    <Handle
      id={anchor.name}
      type={side === "input" ? "target" : "source"}
      position={side === "input" ? Position.Left : Position.Right}
      className={`flag ${kind}`}
      style={{ top }}
      title={title(anchor, side, optional)}
      onClick={() => {
        select([node]);
        useView.setState({ watched: { node, anchor: anchor.name, side }, resultsTab: "auto" });
      }}
    >
      <svg width={FLAG.width + 2} height={FLAG.height + 2} viewBox="-1 -1 13 14" aria-hidden="true">
        {anchor.multiple && <path className="flag-shape" d={shape(side)} transform="translate(-2.5 0)" />}
        <path className="flag-shape" d={shape(side)} />
        {text && (
          <text x={side === "input" ? 6.2 : 4.4} y="6.3">
            {text}
          </text>
        )}
      </svg>
    </Handle>
  );
}

function shape(side: Side): string {
  return side === "input" ? "M0 0 H11 V12 H0 L3 6 Z" : "M0 0 H8 L11 6 L8 12 H0 Z";
}

function title(anchor: Anchor, side: Side, optional: boolean): string {
  const facts = [optional && "optional", anchor.multiple && "takes several wires"].filter(Boolean).join(", ");
  const help = anchor.help ? `: ${anchor.help.replace(/\.$/, "")}` : "";
  return `${side === "input" ? "Input" : "Output"} ${anchor.name}${help}${facts ? ` (${facts})` : ""}`;
}
