import type { End } from "@/document/wires";
import { useView } from "@/state/view";
import { select } from "@/state/workflow";
import { chooseOnly, type Wanted } from "./store";

/** Open the gallery of an anchor on the pictures with these values. */
export function showPictures(end: End, where: Readonly<Record<string, Wanted>>): void {
  chooseOnly(end, { where });
  select([end.node]);
  useView.setState({ watched: { ...end, side: "output" }, resultsTab: "gallery" });
}
