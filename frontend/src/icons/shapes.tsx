/** The outlines of the tool families, in a box of 36 x 36. A category names its shape; an unknown one is a square. */

const SCALLOP = scallop(18, 18, 14.6, 5);

const OUTLINES: Record<string, string> = {
  folder: "M3 5.5 Q3 2.5 6 2.5 H14.5 L17 5 H30 Q33 5 33 8 V30.5 Q33 33.5 30 33.5 H6 Q3 33.5 3 30.5 Z",
  circle: "M18 1.5 A16.5 16.5 0 1 1 17.99 1.5 Z",
  hexagon: "M9.5 3 H26.5 L34.5 18 L26.5 33 H9.5 L1.5 18 Z",
  triangle: "M15.6 3.6 Q18 0 20.4 3.6 L34.4 28.4 Q36 33 31.4 33 H4.6 Q0 33 1.6 28.4 Z",
  octagon: "M11.2 2 H24.8 L34 11.2 V24.8 L24.8 34 H11.2 L2 24.8 V11.2 Z",
  magnifier: "M16 1.5 A14.5 14.5 0 0 1 27.4 25 L34 31 L31 34 L24.6 27.7 A14.5 14.5 0 1 1 16 1.5 Z",
  cut_square: "M7 2 H29 L34 7 V29 L29 34 H7 L2 29 V7 Z",
  scallop: SCALLOP,
  page: "M6 2 H25 L31 8 V34 H6 Z",
  square: "M5 3 H31 Q33 3 33 5 V31 Q33 33 31 33 H5 Q3 33 3 31 V5 Q3 3 5 3 Z",
};

export function Shape({ name, colour }: { name: string; colour: string }) {
  return <path d={OUTLINES[name] ?? OUTLINES.square} fill={colour} />;
}

/** A square whose sides are waves: `bumps` small bows a side. */
function scallop(x: number, y: number, half: number, bumps: number): string {
  const step = (2 * half) / bumps;
  const out = 3;
  const bow = (dx: number, dy: number): string =>
    `q${(dx * step) / 2 + dy * out} ${(dy * step) / 2 - dx * out} ${dx * step} ${dy * step} `.repeat(bumps);
  return `M${x - half} ${y - half} ${bow(1, 0)}${bow(0, 1)}${bow(-1, 0)}${bow(0, -1)}Z`;
}
