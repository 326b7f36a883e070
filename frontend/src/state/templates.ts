/** The workflows that the server offers to begin from. */
import { useEffect } from "react";
import { create } from "zustand";
import * as api from "@/api/client";
import type { Template } from "@/api/types";
import { notifyError } from "./view";

const useStore = create<readonly Template[]>(() => []);

let asked = false;

/** All templates; none until the server has told, which it is asked once. */
export function useTemplates(): readonly Template[] {
  useEffect(() => {
    if (asked) return;
    asked = true;
    api.templates().then((list) => useStore.setState(list, true), notifyError);
  }, []);
  return useStore();
}
