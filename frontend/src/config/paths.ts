/** Paths in a workflow file are relative to it; the server's are relative to the served folder. */

const parts = (path: string): string[] => path.split("/").filter((part) => part !== "" && part !== ".");

/** A path of the served folder as the workflow at `workflow` writes it. */
export function relativeTo(workflow: string, path: string): string {
  const from = parts(workflow).slice(0, -1);
  const to = parts(path);
  let same = 0;
  while (same < from.length && same < to.length && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/") || ".";
}

/** A path in a workflow file as a path of the served folder; null where it leads outside. */
export function inFolder(workflow: string, path: string): string | null {
  if (/^([/~\\]|[A-Za-z]:)/.test(path) || path.includes("%")) return null;
  const found = parts(workflow).slice(0, -1);
  for (const part of parts(path)) {
    if (part !== "..") found.push(part);
    else if (found.pop() === undefined) return null;
  }
  return found.join("/");
}

export const folderOf = (path: string): string => parts(path).slice(0, -1).join("/");
