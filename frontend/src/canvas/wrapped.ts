/** Annotations as lines: a box around words that wrap by themselves would stay as wide as the widest line may be. */

const WIDEST = 110; // px; the box of an annotation without its padding
const known = new Map<string, string>();
let pen: CanvasRenderingContext2D | null = null;

/** The text with a line break wherever the next word would be too wide. */
export function wrapped(text: string): string {
  const before = known.get(text);
  if (before !== undefined) return before;
  const lines = text.split("\n").flatMap(linesOf).join("\n");
  known.set(text, lines);
  return lines;
}

function linesOf(text: string): string[] {
  const lines = [""];
  for (const word of wordsOf(text)) {
    const line = (lines.at(-1) ?? "") + word;
    if (widthOf(line.trimEnd()) <= WIDEST) lines[lines.length - 1] = line;
    else lines.push(word);
  }
  return lines.filter((line, index) => index > 0 || line !== "");
}

/** File names break after a dot, a dash, an underscore or a slash; formulas after a bracket; both within a HumpedWord. */
function wordsOf(text: string): string[] {
  return text.split(/(?<=[\s./\\_(,-])(?=\S)|(?<=[a-z])(?=[A-Z])/);
}

function widthOf(text: string): number {
  if (pen === null) {
    pen = document.createElement("canvas").getContext("2d");
    if (pen) pen.font = `700 12px ${getComputedStyle(document.body).fontFamily}`;
  }
  return pen?.measureText(text).width ?? 0;
}
