import { useMemo, useState, type DragEvent, type MouseEvent, type ReactNode } from "react";
import type { Description } from "@/api/types";
import { beginDrag, TOOL_TYPE } from "@/canvas/dropping";
import { insertTool } from "@/canvas/placing";
import { middle } from "@/canvas/viewport";
import { Icon } from "@/icons/Icon";
import { Tile } from "@/icons/Tile";
import { search, useTools } from "@/state/catalog";
import { useKept } from "@/state/view";
import { Tabs } from "@/window/Tabs";

const FAVOURITES = "Favorites";

/** The tools, by category; a search looks through all of them. */
export function Palette() {
  const list = useTools((tools) => tools.list);
  const favourites = useKept((kept) => kept.favourites);
  const [category, setCategory] = useState(FAVOURITES);
  const [text, setText] = useState("");
  const categories = useMemo(() => [FAVOURITES, ...new Set(list.map((tool) => tool.category.title))], [list]);
  const shown = useMemo(() => {
    if (text) return search(list, text);
    if (category !== FAVOURITES) return list.filter((tool) => tool.category.title === category);
    return favourites.flatMap((id) => list.find((tool) => tool.id === id) ?? []);
  }, [list, text, category, favourites]);
  return (
    <section className="palette" aria-label="Tools">
      <div className="palette-head">
        <div className="palette-search">
          <Icon name="search" />
          <input
            className="input"
            type="search"
            aria-label="Search tools"
            placeholder="Search tools"
            value={text}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setText("")}
          />
        </div>
        <Categories
          names={categories}
          chosen={text ? "" : category}
          choose={(name) => (setText(""), setCategory(name))}
        />
      </div>
      <div className="palette-tools" role="list">
        {shown.map((tool) => (
          <PaletteTool key={tool.id} tool={tool} favourite={favourites.includes(tool.id)} />
        ))}
        {list.length > 0 && shown.length === 0 && (
          <p className="soft palette-none">{text ? `No tool does “${text}”.` : "Right-click a tool to put it here."}</p>
        )}
      </div>
    </section>
  );
}

interface CategoriesProps {
  names: readonly string[];
  chosen: string;
  choose: (name: string) => void;
}

function Categories({ names, chosen, choose }: CategoriesProps) {
  const tools = useTools(({ list }) => list);
  const sign = (name: string): ReactNode => {
    if (name === FAVOURITES) return <Icon name="star" size={12} filled />;
    const background = tools.find(({ category }) => category.title === name)?.category.colour;
    return <i className="category-dot" style={{ background }} />;
  };
  const tabs = names.map((name) => {
    const shown = (
      <>
        {sign(name)}
        {name}
      </>
    );
    return [name, shown] as const;
  });
  return <Tabs label="Categories" className="categories" tabs={tabs} chosen={chosen} choose={choose} />;
}

function PaletteTool({ tool, favourite }: { tool: Description; favourite: boolean }) {
  const start = (event: DragEvent): void => {
    event.dataTransfer.setData(TOOL_TYPE, tool.id);
    event.dataTransfer.effectAllowed = "copy";
    const tile = event.currentTarget.querySelector(".tile");
    if (tile) event.dataTransfer.setDragImage(tile, 18, 18);
    beginDrag(tool.id);
  };
  const pin = (event: MouseEvent): void => {
    event.preventDefault();
    const { favourites } = useKept.getState();
    useKept.setState({ favourites: favourite ? favourites.filter((id) => id !== tool.id) : [...favourites, tool.id] });
  };
  return (
    <div role="listitem">
      <button
        className="palette-tool"
        draggable
        title={`${tool.tooltip}\nDrag it onto the canvas, or press Enter. Right-click: ${favourite ? "take out of" : "put into"} Favorites.`}
        onDragStart={start}
        onContextMenu={pin}
        onDoubleClick={() => insertTool(tool.id, middle())}
        onKeyDown={(event) => event.key === "Enter" && insertTool(tool.id, middle())}
      >
        <Tile tool={tool} />
        <span className="palette-name">{tool.title}</span>
      </button>
    </div>
  );
}
