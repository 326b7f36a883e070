import { reveal } from "@/canvas/viewport";
import { boxesOf } from "@/document/edits/containers";
import { positionsOf } from "@/document/geometry";
import { commentsOf, containersOf, nodesOf } from "@/document/types";
import { Tile } from "@/icons/Tile";
import { catalog, useTools } from "@/state/catalog";
import { select, useDocument } from "@/state/workflow";
import { Choose } from "./Choose";

/** Find anything on the canvas by its name, its tool, or any word in its settings. */
export function Find({ close }: { close: () => void }) {
  const document = useDocument();
  const tools = useTools(({ byId }) => byId);
  const boxes = boxesOf(document, positionsOf(document, catalog()));
  const go = (name: string): void => {
    select([name]);
    if (boxes[name]) reveal(boxes[name]);
  };
  const things = { ...nodesOf(document), ...containersOf(document), ...commentsOf(document) };
  const choices = Object.entries(things).map(([name, thing]) => {
    const tool = typeof thing.tool === "string" ? tools.get(thing.tool) : undefined;
    const words = [thing.annotation, thing.title, thing.text].find((text) => typeof text === "string") ?? "";
    return {
      key: name,
      text: `${name} ${tool?.title ?? ""} ${JSON.stringify(thing)}`,
      content: (
        <>
          {tool && <Tile tool={tool} size={24} />}
          <span className="grow ellipsis">
            {name} <span className="soft">{words || (tool?.title ?? "")}</span>
          </span>
        </>
      ),
      choose: () => go(name),
    };
  });
  return (
    <Choose
      title="Find on the canvas"
      placeholder="Name, tool or a word of its settings"
      empty="Nothing like it."
      choices={choices}
      close={close}
    />
  );
}
