/** Whether the server is there, as every answer shows, and those that do not come. */
import { create } from "zustand";
import * as api from "@/api/client";
import { attach } from "@/run/control";
import { checkSoon } from "./check";
import { writeSoon } from "./drafts";

/** `closed`: a server is there, but another one than this tab was opened by, and does not know it. */
type Link = "there" | "gone" | "closed";

export const useLink = create<{ link: Link }>(() => ({ link: "there" }));

const AGAIN = 2000; // ms

/** Notice when the server goes; ask until it is back, and then make up for what was missed. */
export function keepLink(): void {
  api.onAnswer((status) => {
    const link = status === 0 ? "gone" : status === 401 ? "closed" : "there";
    const { link: before } = useLink.getState();
    if (link === before) return;
    useLink.setState({ link });
    if (link !== "there") return;
    checkSoon();
    writeSoon();
    void attach();
  });
  setInterval(() => {
    if (useLink.getState().link !== "there") void api.ping();
  }, AGAIN);
}
