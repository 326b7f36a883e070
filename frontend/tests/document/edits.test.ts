import { fragment, paste } from "@/document/edits/clipboard";
import { containerOf, putInto, wrap } from "@/document/edits/containers";
import { addNode, move, remove, rename } from "@/document/edits/nodes";
import { layOut, distribute } from "@/document/edits/arrange";
import { boxesOf } from "@/document/edits/containers";
import { connect, insertOnWire } from "@/document/edits/wires";
import { Draft } from "@/document/draft";
import { containerBoxes, positionsOf, type Box, type Point } from "@/document/geometry";
import { EMPTY, nodesOf, type Document } from "@/document/types";
import { wiresOf, type PlacedWire } from "@/document/wires";
import { expect, test } from "vitest";
import { catalog, seed, wire } from "./seed";

function edited(edit: (draft: Draft) => void, document: Document = seed): Document {
  const draft = new Draft(document);
  edit(draft);
  return draft.document;
}

test("a removed tool lets its neighbours meet", () => {
  const document = edited((draft) => remove(draft, catalog, ["cleanup"]));
  expect(document.connections).toContain("images -> load");
  expect(document.connections).toHaveLength(7);
  expect(containerOf(document, "cleanup")).toBe("");
  expect(nodesOf(document).cleanup).toBeUndefined();
});

test("a chain of removed tools closes up as well", () => {
  const document = edited((draft) => remove(draft, catalog, ["cleanup", "load", "scale"]));
  expect(document.connections).toContain("images -> samples");
});

test("where nobody knows which output is meant, nothing is guessed", () => {
  const document = edited((draft) => remove(draft, catalog, ["samples"]));
  expect(document.connections).toEqual([
    "images -> cleanup",
    "cleanup -> load",
    "load -> scale",
    "recognise.M -> model_file",
    "recognise.R -> report",
  ]);
});

test("a renamed node is renamed wherever it is named", () => {
  const document = edited((draft) => rename(draft, catalog, "samples", "parts"));
  expect(Object.keys(nodesOf(document))[4]).toBe("parts");
  expect(document.connections).toContain("parts.E -> recognise.T");
  expect(document.connections).toContain("scale -> parts");
  expect(containerOf(document, "parts")).toBe("build");
  expect(document.layout).toHaveProperty("parts");
});

test("a new tool gets a readable name and a place on the grid", () => {
  let name = "";
  const document = edited((draft) => {
    addNode(draft, "CreateSamples", { x: 1, y: 1 });
    name = addNode(draft, "CreateSamples", { x: 12.4, y: 98.1 });
  });
  expect(name).toBe("create_samples_2");
  expect(document.layout).toHaveProperty("create_samples_2", [10, 100]);
});

test("a tool dropped on a wire takes it over, at its place", () => {
  const document = edited((draft) => {
    const name = addNode(draft, "Filter", { x: 0, y: 0 });
    insertOnWire(draft, catalog, wiresOf(draft.document, catalog)[1] as PlacedWire, name);
  });
  expect((document.connections as string[]).slice(0, 3)).toEqual([
    "images -> cleanup",
    "cleanup -> filter",
    "filter.T -> load",
  ]);
});

test("anchors are written only where there is a choice", () => {
  const document = edited((draft) => {
    const name = addNode(draft, "ImageProcessing", { x: 0, y: 0 });
    connect(draft, catalog, wire(`load.out -> ${name}.in`));
    connect(draft, catalog, wire(`cleanup.out -> ${name}.template`));
  });
  expect((document.connections as string[]).slice(-2)).toEqual([
    "load -> image_processing",
    "cleanup -> image_processing.template",
  ]);
});

test("a copy keeps its inner wires and takes free names", () => {
  const part = fragment(seed, catalog, ["build"], positionsOf(seed, catalog));
  expect(Object.keys(part.nodes)).toEqual(["samples", "recognise", "model_file", "report"]);
  expect(part.connections).toHaveLength(4);
  let names: string[] = [];
  const document = edited((draft) => (names = paste(draft, catalog, part, { x: 500, y: 500 })));
  expect(names).toEqual(["samples_2", "recognise_2", "model_file_2", "report_2", "build_2"]);
  expect(document.connections).toContain("samples_2.E -> recognise_2.T");
  expect(containerOf(document, "report_2")).toBe("build_2");
  expect(paste(new Draft(EMPTY), catalog, part, { x: 0, y: 0 })[0]).toBe("samples");
});

test("a frame around tools holds them, and dissolving it keeps them", () => {
  let name = "";
  const framed = edited((draft) => (name = wrap(draft, ["images", "cleanup"])));
  expect(containerOf(framed, "images")).toBe(name);
  expect(containerOf(framed, name)).toBe("prep");
  const dissolved = edited((draft) => remove(draft, catalog, [name]), framed);
  expect(containerOf(dissolved, "images")).toBe("prep");
  expect(nodesOf(dissolved)).toEqual(nodesOf(seed));
});

test("a container cannot be put into itself", () => {
  const framed = edited((draft) => wrap(draft, ["images"]));
  expect(edited((draft) => putInto(draft, "prep", "container"), framed)).toEqual(framed);
});

test("a container fits around its tools; one with a size never cuts them off", () => {
  const positions = positionsOf(seed, catalog);
  const { build } = containerBoxes(seed, positions);
  expect(build?.x).toBeLessThan(positions.samples?.x ?? 0);
  const small = edited((draft) => draft.put(["layout", "build"], [840, 60, 10, 10]));
  expect(containerBoxes(small, positions).build?.width).toBeGreaterThan(36);
});

test("nodes without a place get one that hides nothing", () => {
  const places = Object.values(positionsOf(seed, catalog)).map(({ x, y }) => `${x},${y}`);
  expect(new Set(places).size).toBe(Object.keys(nodesOf(seed)).length);
});

test("the automatic layout follows the wires", async () => {
  const boxes = boxesOf(seed, positionsOf(seed, catalog));
  const document = edited(await layOut(seed, catalog, boxes));
  const points = positionsOf(document, catalog);
  for (const { source, target } of wiresOf(document, catalog)) {
    expect(points[source.node]?.x).toBeLessThan(points[target.node]?.x ?? 0);
  }
});

/** The places after the automatic layout. */
async function laidOut(workflow: Document): Promise<Record<string, Point>> {
  const boxes = boxesOf(workflow, positionsOf(workflow, catalog));
  return positionsOf(edited(await layOut(workflow, catalog, boxes), workflow), catalog);
}

/** Nodes in the order in which they stand, from above. */
const fromAbove = (points: Record<string, Point>, ...names: string[]): string[] =>
  names.toSorted((a, b) => (points[a]?.y ?? 0) - (points[b]?.y ?? 0));

const tools = (words: string): Document["nodes"] =>
  Object.fromEntries(
    words
      .split(" ")
      .map((pair) => pair.split(":"))
      .map(([name = "", tool = ""]) => [name, { tool }]),
  );

const orders = <T>(items: readonly T[]): T[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));

test("in the automatic layout the wires of one tool do not cross, in whatever order they were drawn", async () => {
  for (const connections of orders(["s.E -> e", "s.V -> v", "s.H -> h", "v -> w"])) {
    const nodes = tools("in:TextInput v:Formula h:Formula s:CreateSamples e:Browse w:Browse g:Browse");
    const points = await laidOut({ nodes, connections: ["h -> g", ...connections, "in -> s"] });
    expect(fromAbove(points, "h", "v", "e"), connections.join()).toEqual(["e", "v", "h"]);
    expect(fromAbove(points, "g", "w"), connections.join()).toEqual(["w", "g"]);
  }
});

test("what leaves a join by L stands above J above R, what enters by L above R", async () => {
  for (const connections of orders(["a -> j.L", "b -> j.R", "j.L -> l", "j.J -> m", "j.R -> r"])) {
    const nodes = tools("b:TextInput a:TextInput j:Join r:Browse l:Browse m:Browse");
    const points = await laidOut({ nodes, connections });
    expect(fromAbove(points, "b", "a"), connections.join()).toEqual(["a", "b"]);
    expect(fromAbove(points, "r", "m", "l"), connections.join()).toEqual(["l", "m", "r"]);
  }
});

test("containers stay whole when wires are put in order", async () => {
  const workflow = {
    flowrun: 1,
    nodes: tools("in:TextInput f:Filter a:Formula a2:Browse b:Formula b2:Browse c:Formula c2:Browse"),
    connections: ["in -> f", "f.F -> a", "a -> a2", "f.F -> c", "c -> c2", "f.T -> b", "b -> b2"],
    containers: { box: { title: "Low", nodes: ["a", "a2", "c", "c2"] } },
  } as Document;
  const points = await laidOut(workflow);
  expect(fromAbove(points, "a", "b", "c")[0]).toBe("b");
  const box = containerBoxes(workflow, points).box as Box;
  for (const name of ["b", "b2"]) expect(points[name]?.y).toBeLessThan(box.y);
});

test("moving keeps the size, distributing keeps the ends", () => {
  const sized = edited((draft) => draft.put(["layout", "prep"], [0, 0, 300, 200]));
  expect(edited((draft) => move(draft, { prep: { x: 9.4, y: 11 } }), sized).layout).toHaveProperty(
    "prep",
    [9, 11, 300, 200],
  );
  const spread = distribute({ a: { x: 0, y: 0 }, b: { x: 10, y: 0 }, c: { x: 100, y: 0 } }, "x");
  expect(spread).toEqual({ a: { x: 0, y: 0 }, b: { x: 50, y: 0 }, c: { x: 100, y: 0 } });
});
