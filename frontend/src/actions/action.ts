/** What a user can do. Tool bar, menus, keys and the sheet of shortcuts all read these. */
import type { IconName } from "@/icons/Icon";

export interface Action {
  readonly id: string;
  readonly label: string;
  readonly icon?: IconName;
  /** `Ctrl+Shift+Z`; on a Mac, Ctrl is the command key. The first is shown. */
  readonly keys?: readonly string[];
  readonly perform: () => void;
  readonly enabled?: () => boolean;
  readonly checked?: () => boolean;
  /** Whether the key also counts while something is being typed. */
  readonly whileTyping?: boolean;
}

export const isMac = navigator.userAgent.includes("Macintosh");

/** `Ctrl+Shift+Z` of a key press. */
export function keyOf(
  event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">,
): string {
  const { key } = event;
  const name = key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
  const shifted = event.shiftKey && (name.length > 1 || /[A-Z0-9]/.test(name));
  const parts = [(event.ctrlKey || event.metaKey) && "Ctrl", event.altKey && "Alt", shifted && "Shift", name];
  return parts.filter(Boolean).join("+");
}

const ARROWS = { Left: "←", Right: "→", Up: "↑", Down: "↓" } as const;

export function shown(keys: string): string {
  const drawn = keys.replace(/Arrow(Left|Right|Up|Down)/g, (_, way: keyof typeof ARROWS) => ARROWS[way]);
  return isMac ? drawn.replace("Ctrl", "⌘").replace("Alt", "⌥").replace("Shift", "⇧").replaceAll("+", "") : drawn;
}
