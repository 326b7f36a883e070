import { at } from "@/document/changes";
import { align } from "@/document/edits/arrange";
import { fragment, paste } from "@/document/edits/clipboard";
import { addComment, putInto, resize, toggle, wrap } from "@/document/edits/containers";
import { addNode, move, remove, rename, replaceTool, setOrDrop } from "@/document/edits/nodes";
import { connect, disconnect, insertOnWire } from "@/document/edits/wires";
import { begin, make, redo, undo, type History } from "@/document/history";
import { freeName } from "@/document/naming";
import { refusal } from "@/document/policy";
import { containersOf, namesOf, nodesOf, type Document } from "@/document/types";
import { wiresOf } from "@/document/wires";
import type { Draft } from "@/document/draft";
import fc from "fast-check";
import { expect, test } from "vitest";
import { catalog, seed } from "./seed";

type Pick = <T>(from: readonly T[]) => T | undefined;
const point = (pick: Pick) => ({ x: pick([0, 33, 250]) ?? 0, y: pick([10, 77, 400]) ?? 0 });
const nodes = (document: Document): string[] => Object.keys(nodesOf(document));
const tools = [...catalog.keys()];

/** Everything that a user can do, with what it is done to picked at random. */
const edits: Record<string, (draft: Draft, pick: Pick) => void> = {
  add: (d, pick) =>
    void addNode(d, pick(tools) ?? "", point(pick), pick(["", ...Object.keys(containersOf(d.document))])),
  remove: (d, pick) => remove(d, catalog, [pick(namesOf(d.document)) ?? "", pick(namesOf(d.document)) ?? ""]),
  rename: (d, pick) => rename(d, catalog, pick(namesOf(d.document)) ?? "", freeName(d.document, "new")),
  replace: (d, pick) =>
    withNode(d, pick, (name) =>
      replaceTool(d, catalog, name, pick(tools) ?? "", (setting) => setting !== pick(["path", "steps"])),
    ),
  set: (d, pick) =>
    withNode(d, pick, (name) =>
      setOrDrop(d, ["nodes", name, pick(["path", "steps", "x y"]) ?? ""], pick([1, "a", [], [{ a: 1 }]])),
    ),
  clear: (d, pick) =>
    withNode(d, pick, (name) => setOrDrop(d, ["nodes", name, pick(["path", "epochs"]) ?? ""], undefined)),
  move: (d, pick) => withNode(d, pick, (name) => move(d, { [name]: point(pick) })),
  align: (d) => move(d, align(Object.fromEntries(nodes(d.document).map((n, i) => [n, { x: i * 7, y: i }])), "left")),
  connect: (d, pick) => {
    const source = { node: pick(nodes(d.document)) ?? "", anchor: pick(["out", "E", "T"]) ?? "" };
    const target = { node: pick(nodes(d.document)) ?? "", anchor: pick(["in", "T", "V"]) ?? "" };
    if (refusal(d.document, catalog, { source, target }) === null) connect(d, catalog, { source, target });
  },
  disconnect: (d, pick) =>
    disconnect(
      d,
      wiresOf(d.document, catalog)
        .filter(() => pick([true, false]))
        .map((w) => w.index),
    ),
  insert: (d, pick) => {
    const wire = pick(wiresOf(d.document, catalog));
    if (wire) insertOnWire(d, catalog, wire, addNode(d, "Formula", point(pick)));
  },
  wrap: (d, pick) => void wrap(d, [pick(namesOf(d.document)) ?? "", pick(nodes(d.document)) ?? ""].filter(Boolean)),
  toggle: (d, pick) => {
    const name = pick(Object.keys(containersOf(d.document)));
    if (name) toggle(d, name, pick(["disabled", "folded"] as const) ?? "folded");
  },
  put: (d, pick) =>
    withNode(d, pick, (name) => putInto(d, name, pick(["", ...Object.keys(containersOf(d.document))]) ?? "")),
  comment: (d, pick) => void addComment(d, point(pick), pick(["", "Why?\nBecause."])),
  resize: (d, pick) => resize(d, pick(namesOf(d.document)) ?? "images", { ...point(pick), width: 101, height: 52 }),
  paste: (d, pick) => {
    const part = fragment(
      d.document,
      catalog,
      namesOf(d.document).filter(() => pick([true, false])),
      {},
    );
    paste(d, catalog, part, point(pick));
  },
};

function withNode(draft: Draft, pick: Pick, then: (name: string) => void): void {
  const name = pick(nodes(draft.document));
  if (name !== undefined) then(name);
}

const story = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(edits)),
    seeds: fc.array(fc.nat(), { minLength: 4, maxLength: 12 }),
  }),
  {
    maxLength: 40,
  },
);

function tell(steps: readonly { kind: string; seeds: number[] }[]): { histories: History[] } {
  const histories = [begin(seed)];
  for (const { kind, seeds } of steps) {
    let turn = 0;
    const pick: Pick = (from) => from[(seeds[turn++ % seeds.length] ?? 0) % Math.max(1, from.length)];
    const history = histories.at(-1) as History;
    const next = make(history, kind, (draft) => edits[kind]?.(draft, pick));
    if (next !== history) histories.push(next);
  }
  return { histories };
}

test("n undos restore the start byte for byte, n redos the end", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const { histories } = tell(steps);
      let history = histories.at(-1) as History;
      const texts = histories.map(({ document }) => JSON.stringify(document));
      for (const text of texts.toReversed().slice(1)) {
        history = undo(history);
        expect(JSON.stringify(history.document)).toBe(text);
      }
      for (const text of texts.slice(1)) {
        history = redo(history);
        expect(JSON.stringify(history.document)).toBe(text);
      }
    }),
    { numRuns: 300 },
  );
});

test("no edit leaves a wire without ends, a thing in two containers or one name twice", () => {
  fc.assert(
    fc.property(story, (steps) => {
      const { document } = tell(steps).histories.at(-1) as History;
      expect(wiresOf(document, catalog).length).toBe((document.connections as string[]).length);
      const held = Object.values(containersOf(document)).flatMap((container) => container.nodes ?? []);
      expect(new Set(held).size).toBe(held.length);
      expect(
        held.filter(
          (name) => at(document, ["nodes", name]) === undefined && at(document, ["comments", name]) === undefined,
        ),
      ).toEqual([]);
      expect(new Set(namesOf(document)).size).toBe(namesOf(document).length);
    }),
    { numRuns: 200 },
  );
});

test("the letters of one word are one step, and a step after an undo forgets what was undone", () => {
  const type = (history: History, text: string, time: number) =>
    make(history, "Edit", (draft) => draft.put(["nodes", "images", "path"], text), "images.path", time);
  let history = type(type(begin(seed), "a", 0), "ab", 400);
  expect(history.past.length).toBe(1);
  history = type(history, "abc", 5000);
  expect(history.past.length).toBe(2);
  history = undo(history);
  expect(at(history.document, ["nodes", "images", "path"])).toBe("ab");
  history = type(history, "x", 5100);
  expect(history.past.length).toBe(2);
  expect(redo(history)).toBe(history);
});

test("an edit that changes nothing is no step", () => {
  const history = begin(seed);
  expect(make(history, "Move", (draft) => move(draft, { images: { x: 60, y: 75 } }))).toBe(history);
});
