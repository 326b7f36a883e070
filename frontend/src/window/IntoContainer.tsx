import { contentsOf, putInto } from "@/document/edits/containers";
import { containersOf } from "@/document/types";
import { edit, useDocument, useWorkflow } from "@/state/workflow";
import { Choose } from "./Choose";

/** Where what is selected may be moved: into another container, or out of all. The keyboard's way to drag it there. */
export function IntoContainer({ close }: { close: () => void }) {
  const document = useDocument();
  const names = useWorkflow(({ selected }) => selected);
  const selected = [...names];
  const within = new Set(selected.flatMap((name) => [name, ...contentsOf(document, name)]));
  const put = (container: string): void =>
    edit("Move into container", (draft) => selected.forEach((name) => putInto(draft, name, container)));
  const others = Object.entries(containersOf(document)).filter(([name]) => !within.has(name));
  const choices = [
    ...others.map(([name, { title }]) => [name, title || name] as const),
    ["", "Out of all containers"] as const,
  ];
  return (
    <Choose
      title="Move into a container"
      placeholder="Title of a container"
      empty="No container is called that."
      choices={choices.map(([name, text]) => ({ key: name, text, content: text, choose: () => put(name) }))}
      close={close}
    />
  );
}
