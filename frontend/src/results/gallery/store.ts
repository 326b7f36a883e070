/** What the gallery shows of the pictures of a stream, and in which order. A cell of a matrix sets it, too. */
import { create } from "zustand";
import type { Cell } from "@/api/types";
import type { End } from "@/document/wires";
import type { Chosen } from "./roles";

/** A value that records must have; undefined: any. */
export type Wanted = Exclude<Cell, object> | null | undefined;
export type Order = "given" | "surest" | "unsure" | "worst";

export interface Choice {
  /** The fields that say what, where they are not those that are found; "" is none. */
  readonly fields: Chosen;
  /** The values that fields must have, by name. */
  readonly where: Readonly<Record<string, Wanted>>;
  readonly wrongOnly: boolean;
  readonly order: Order;
}

export const ALL: Choice = { fields: {}, where: {}, wrongOnly: false, order: "given" };

/** The choice that was made last, and for which anchor: another one shows everything, the next run shows the same. */
const useChosen = create<{ of: string; choice: Choice }>(() => ({ of: "", choice: ALL }));

const nameOf = ({ node, anchor }: End): string => `${node}.${anchor}`;

export const useChoice = (end: End): Choice => useChosen(({ of, choice }) => (of === nameOf(end) ? choice : ALL));

/** Change the choice for what leaves by an anchor. */
export function choose(end: End, news: Partial<Choice>): void {
  const { of, choice } = useChosen.getState();
  useChosen.setState({ of: nameOf(end), choice: { ...(of === nameOf(end) ? choice : ALL), ...news } });
}

/** Show the pictures with these values alone. */
export const chooseOnly = (end: End, only: Partial<Choice>): void =>
  useChosen.setState({ of: nameOf(end), choice: { ...ALL, ...only } });
