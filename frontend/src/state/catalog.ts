/** The tools that there are. */
import { create } from "zustand";
import type { Description } from "@/api/types";
import type { Catalog } from "@/document/wires";

interface Tools {
  readonly list: readonly Description[];
  readonly byId: ReadonlyMap<string, Description>;
}

export const useTools = create<Tools>(() => ({ list: [], byId: new Map() }));

export function setTools(tools: readonly Description[]): void {
  const list = tools.toSorted(
    (a, b) =>
      a.category.order - b.category.order ||
      a.category.title.localeCompare(b.category.title) ||
      a.title.localeCompare(b.title),
  );
  useTools.setState({ list, byId: new Map(list.map((tool) => [tool.id, tool])) });
}

export const catalog = (): Catalog => useTools.getState().byId;

/** Tools that match all words of a search, best first: by title, then keywords, then what they do. */
export function search(tools: readonly Description[], text: string): Description[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return tools
    .map((tool) => ({ tool, score: Math.min(...words.map((word) => score(tool, word)), Infinity) }))
    .filter(({ score: found }) => words.length === 0 || found > 0)
    .sort((a, b) => (words.length === 0 ? 0 : b.score - a.score))
    .map(({ tool }) => tool);
}

function score(tool: Description, word: string): number {
  const title = tool.title.toLowerCase();
  if (title.startsWith(word) || tool.id.toLowerCase().startsWith(word)) return 5;
  if (title.includes(word)) return 4;
  if (tool.keywords.some((keyword) => keyword.toLowerCase().startsWith(word))) return 3;
  if (tool.keywords.some((keyword) => keyword.toLowerCase().includes(word))) return 2;
  return tool.tooltip.toLowerCase().includes(word) || tool.category.title.toLowerCase().includes(word) ? 1 : 0;
}
