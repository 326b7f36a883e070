/** One setting of a node: where it stands, and how it is changed. */
import type { Path } from "@/document/changes";
import type { Draft } from "@/document/draft";
import { setOrDrop } from "@/document/edits/nodes";
import { isMapping, type Plain } from "@/document/types";
import { edit } from "@/state/workflow";
import type { Shape } from "./schema";

export interface SettingProps {
  readonly node: string;
  /** Below the node: `["steps", 0, "width"]`. */
  readonly path: Path;
  readonly shape: Shape;
  readonly value: Plain | undefined;
  readonly required?: boolean;
  /** The names of the settings beside it. */
  readonly siblings?: readonly string[];
}

/** The id of the setting's field on the page; problems lead to it. */
export const idOf = (node: string, path: Path): string => `setting-${node}-${path.join(".")}`;

/** Change a setting. Undefined takes it out of the file, as does its default; letters of one word are one step. */
export function set(
  { node, path, shape }: Pick<SettingProps, "node" | "path" | "shape">,
  value: Plain | undefined,
): void {
  edit("Configure", (draft) => write(draft, node, path, value, shape.standard), `${node}.${path.join(".")}`);
}

function write(draft: Draft, node: string, path: Path, value: Plain | undefined, standard?: Plain): void {
  setOrDrop(draft, ["nodes", node, ...path], value, standard);
  // Options that are all gone leave no empty mapping behind; an entry of a list stays.
  const parent = path.slice(0, -1);
  const left = draft.get(["nodes", node, ...parent]);
  const droppable = parent.length > 0 && typeof parent.at(-1) === "string";
  if (value === undefined && droppable && isMapping(left) && Object.keys(left).length === 0) {
    draft.drop(["nodes", node, ...parent]);
  }
}

/** Change a whole list or mapping at once: add, remove, reorder. */
export function setAll(props: Pick<SettingProps, "node" | "path">, label: string, value: Plain | undefined): void {
  edit(label, (draft) => setOrDrop(draft, ["nodes", props.node, ...props.path], value));
}
