/** The icons of the interface, 16 x 16, drawn in the colour of the text. */
const PATHS = {
  add: "M8 3 V13 M3 8 H13",
  alert: "M8 2 L15 14 H1 Z M8 6.5 V10 M8 12 V12.1",
  check: "M3 8.5 L6.5 12 L13 4.5",
  chevronDown: "M4 6 L8 10 L12 6",
  chevronRight: "M6 4 L10 8 L6 12",
  chevronUp: "M4 10 L8 6 L12 10",
  clock: "M8 2 A6 6 0 1 1 7.99 2 Z M8 4.5 V8 L10.5 9.5",
  close: "M4 4 L12 12 M12 4 L4 12",
  copy: "M6 6 H13 V13 H6 Z M10 6 V3 H3 V10 H6",
  error: "M8 1.5 A6.5 6.5 0 1 1 7.99 1.5 Z M8 4.5 V9 M8 11.3 V11.4",
  file: "M4 1.5 H9.5 L12.5 4.5 V14.5 H4 Z M9.5 1.5 V4.5 H12.5",
  fit: "M2 6 V2 H6 M10 2 H14 V6 M14 10 V14 H10 M6 14 H2 V10",
  folder: "M1.5 3.5 H6 L7.5 5 H14.5 V13 H1.5 Z",
  grip: "M6 3.5 V3.6 M6 8 V8.1 M6 12.5 V12.6 M10 3.5 V3.6 M10 8 V8.1 M10 12.5 V12.6",
  help: "M8 1.5 A6.5 6.5 0 1 1 7.99 1.5 Z M6 6.3 Q6 4.5 8 4.5 Q10 4.5 10 6.2 Q10 7.5 8 8.5 V9.3 M8 11.6 V11.7",
  info: "M8 1.5 A6.5 6.5 0 1 1 7.99 1.5 Z M8 7.5 V11.5 M8 4.6 V4.7",
  keyboard: "M1.5 4 H14.5 V12 H1.5 Z M4 7 H4.1 M7 7 H7.1 M10 7 H10.1 M12.5 7 H12.6 M5 9.7 H11",
  layout: "M2 3 H6 V6 H2 Z M10 2 H14 V5 H10 Z M10 10 H14 V13 H10 Z M6 4.5 H8 V11.5 H10 M8 3.5 H10",
  menu: "M2.5 4 H13.5 M2.5 8 H13.5 M2.5 12 H13.5",
  minus: "M3 8 H13",
  moon: "M13.5 9.5 A6 6 0 1 1 6.5 2.5 A4.8 4.8 0 0 0 13.5 9.5 Z",
  pin: "M10 2 L14 6 L11 7 L8.5 11 L5 7.5 L9 5 Z M6.5 9.5 L2 14",
  redo: "M13 6.5 H6 Q2.5 6.5 2.5 9.8 Q2.5 13 6 13 H9 M10 3.5 L13 6.5 L10 9.5",
  run: "M4.5 2.5 L13 8 L4.5 13.5 Z",
  save: "M2.5 2.5 H11 L13.5 5 V13.5 H2.5 Z M5 2.5 V6 H10.5 V2.5 M5 13.5 V9.5 H11 V13.5",
  search: "M7 2.5 A4.5 4.5 0 1 1 6.99 2.5 Z M10.3 10.3 L14 14",
  star: "M8 1.8 L9.9 5.9 L14.4 6.4 L11 9.4 L12 13.9 L8 11.6 L4 13.9 L5 9.4 L1.6 6.4 L6.1 5.9 Z",
  stop: "M3.5 3.5 H12.5 V12.5 H3.5 Z",
  sun: "M8 5 A3 3 0 1 1 7.99 5 Z M8 1 V2.5 M8 13.5 V15 M1 8 H2.5 M13.5 8 H15 M3 3 L4 4 M12 12 L13 13 M13 3 L12 4 M4 12 L3 13",
  table: "M2 3 H14 V13 H2 Z M2 6.5 H14 M6 3 V13",
  trash: "M3 4.5 H13 M6 4.5 V2.5 H10 V4.5 M4.5 4.5 L5 14 H11 L11.5 4.5 M6.8 7 V11.5 M9.2 7 V11.5",
  undo: "M3 6.5 H10 Q13.5 6.5 13.5 9.8 Q13.5 13 10 13 H7 M6 3.5 L3 6.5 L6 9.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16, filled = false }: { name: IconName; size?: number; filled?: boolean }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path
        d={PATHS[name]}
        fill={filled ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth={name === "grip" ? 2 : 1.4}
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
