import { create } from "zustand";
import type { Problem } from "@/api/types";

export const NOTHING: readonly Problem[] = [];

/** What a tool said against its settings when they were tried on a record; the form shows it at the setting. */
export const useTried = create<{ node: string; problems: readonly Problem[] }>(() => ({ node: "", problems: NOTHING }));
