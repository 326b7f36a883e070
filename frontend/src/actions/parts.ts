/** The parts of the window, for a keyboard that goes from one to the next. */

/** What is taken to be a part, and what in it takes the focus: the first of these that there is. */
const PARTS: readonly (readonly [area: string, ...first: string[]])[] = [
  [".top", "[role=menubar] button"],
  [".palette", "input"],
  [".config", ".config-body :is(input, select, textarea, [contenteditable=true])", "[role=tab]", "button"],
  [".canvas", ".react-flow__node.selected", ".react-flow__node", ".zoom-bar button"],
  [".results", "[role=tab][aria-selected=true]", "button"],
];

/** Give the focus to the next part, or to the one before. */
export function turn(by: 1 | -1): void {
  const here = PARTS.findIndex(([area]) => document.activeElement?.closest(area));
  const canvas = 3; // where everybody is who has not been anywhere yet
  const from = here < 0 ? canvas : here;
  for (let steps = 1; steps <= PARTS.length; steps++) {
    const [area = "", ...first] = PARTS[(from + by * steps + 2 * PARTS.length) % PARTS.length] ?? [];
    const found = first.map((inner) => document.querySelector<HTMLElement>(`${area} ${inner}`)).find(Boolean);
    if (found) return found.focus();
  }
}
