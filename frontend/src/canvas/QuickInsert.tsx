import { useState, type KeyboardEvent } from "react";
import type { Description } from "@/api/types";
import { Tile } from "@/icons/Tile";
import { search, useTools } from "@/state/catalog";
import { useView, type Insertion } from "@/state/view";
import { fitsOnWire } from "@/document/edits/wires";
import { catalog } from "@/state/catalog";
import { fits } from "./connecting";
import { insertTool } from "./placing";

const SHOWN = 40;
const SIZE = { width: 300, height: 360 };

/** A list of tools at a place on the canvas: type, choose with the arrows, Enter inserts. Only tools that fit. */
export function QuickInsert() {
  const insertion = useView((view) => view.insertion);
  return insertion && <Chooser key={`${insertion.screen.x},${insertion.screen.y}`} insertion={insertion} />;
}

function Chooser({ insertion }: { insertion: Insertion }) {
  const tools = useTools(({ list }) => list);
  const [text, setText] = useState("");
  const [index, setIndex] = useState(0);
  const found = search(
    tools.filter((tool) => suits(tool, insertion)),
    text,
  ).slice(0, SHOWN);
  const close = (): void => useView.setState({ insertion: null });
  const choose = (tool: Description | undefined): void => {
    if (!tool) return;
    close();
    insertTool(tool.id, insertion);
  };
  const keys = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Escape") close();
    else if (event.key === "Enter") choose(found[index]);
    else if (event.key === "ArrowDown") setIndex(Math.min(index + 1, found.length - 1));
    else if (event.key === "ArrowUp") setIndex(Math.max(index - 1, 0));
    else return;
    event.preventDefault();
  };
  const left = Math.min(insertion.screen.x, window.innerWidth - SIZE.width - 8);
  const top = Math.min(insertion.screen.y, window.innerHeight - SIZE.height - 8);
  return (
    <>
      <div className="scrim" onPointerDown={close} />
      <div
        className="popup quick-insert"
        style={{ left, top, width: SIZE.width }}
        role="dialog"
        aria-label="Insert a tool"
      >
        <input
          className="input"
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="quick-insert-list"
          aria-activedescendant={found[index] ? `quick-${found[index].id}` : undefined}
          aria-label="Name of a tool"
          placeholder={insertion.replace ? "Replace with …" : insertion.from ? "Connect with …" : "Insert a tool …"}
          value={text}
          onKeyDown={keys}
          onChange={(event) => {
            setText(event.target.value);
            setIndex(0);
          }}
        />
        <ul id="quick-insert-list" role="listbox" aria-label="Tools">
          {found.map((tool, number) => (
            <li
              key={tool.id}
              id={`quick-${tool.id}`}
              role="option"
              aria-selected={number === index}
              ref={number === index ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
              onPointerMove={() => setIndex(number)}
              onClick={() => choose(tool)}
            >
              <Tile tool={tool} size={24} />
              <span>
                {tool.title} <span className="soft">{tool.tooltip}</span>
              </span>
            </li>
          ))}
          {found.length === 0 && <li className="soft">No tool fits “{text}”.</li>}
        </ul>
      </div>
    </>
  );
}

function suits(tool: Description, { from, wire }: Insertion): boolean {
  if (wire !== undefined) return fitsOnWire(catalog(), tool.id);
  return from === undefined || fits(tool.id, from.side);
}
