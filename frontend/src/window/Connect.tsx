import { draw } from "@/canvas/connecting";
import { refusal } from "@/document/policy";
import { nodesOf } from "@/document/types";
import { anchorsAt, textOf, type Wire } from "@/document/wires";
import { catalog } from "@/state/catalog";
import { useDocument, useWorkflow } from "@/state/workflow";
import { Choose } from "./Choose";

/** Every wire that may be drawn at the selected tool: the keyboard's way to connect. */
export function Connect({ close }: { close: () => void }) {
  const document = useDocument();
  const name = useWorkflow(({ selected }) => [...selected][0] ?? "");
  const ends = (node: string, side: "input" | "output") =>
    anchorsAt(document, catalog(), node, side).map((anchor) => ({ node, anchor: anchor.name }));
  const others = Object.keys(nodesOf(document)).filter((other) => other !== name);
  const pairs: Wire[] = others.flatMap((other) => [
    ...ends(name, "output").flatMap((source) => ends(other, "input").map((target) => ({ source, target }))),
    ...ends(other, "output").flatMap((source) => ends(name, "input").map((target) => ({ source, target }))),
  ]);
  const choices = pairs
    .filter((wire) => refusal(document, catalog(), wire) === null)
    .map((wire) => {
      const text = textOf(document, catalog(), wire).replace("->", "→");
      return { key: text, text, content: text, choose: () => draw(wire) };
    });
  return (
    <Choose
      title={`Connect ${name}`}
      placeholder="Type a tool's name"
      empty="No wire fits: all inputs are taken."
      choices={choices}
      close={close}
    />
  );
}
