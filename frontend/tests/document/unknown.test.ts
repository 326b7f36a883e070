/** A tool that nobody knows: its anchors are those that connections name. */
import { Draft } from "@/document/draft";
import { replaceTool } from "@/document/edits/nodes";
import { connect } from "@/document/edits/wires";
import { refusal } from "@/document/policy";
import { nodesOf } from "@/document/types";
import { anchorsAt, wiresOf } from "@/document/wires";
import { expect, test } from "vitest";
import { catalog, seed, wire } from "./seed";

const document = {
  ...seed,
  nodes: { ...seed.nodes, tile: { tool: "Alteryx.Tile" }, alone: { tool: "Alteryx.Alone" } },
  connections: ["images -> tile.Left", "cleanup -> tile.Right", "tile.Unique -> load", "tile -> report"],
};
const names = (node: string, side: "input" | "output") =>
  anchorsAt(document, catalog, node, side).map(({ name }) => name);

test("all its wires have ends", () => {
  expect([names("tile", "input"), names("tile", "output")]).toEqual([
    ["Left", "Right"],
    ["Unique", "out"],
  ]);
  expect(wiresOf(document, catalog)).toHaveLength(4);
  expect([names("alone", "input"), names("alone", "output")]).toEqual([["in"], ["out"]]);
});

test("a wire to it may be drawn and keeps its anchor in the text", () => {
  const drawn = wire("images.out -> tile.Right");
  expect(refusal(document, catalog, drawn)).toBeNull();
  const draft = new Draft(document);
  connect(draft, catalog, drawn);
  expect(draft.document.connections).toContain("images -> tile.Right");
});

test("a known tool has its own anchors, whatever connections say", () => {
  expect(names("load", "input")).toEqual(["in"]);
});

test("a known tool in its place keeps what it understands: settings by name, wires by anchor or by their order", () => {
  const draft = new Draft({
    ...document,
    nodes: { ...document.nodes, tile: { tool: "Alteryx.Tile", expression: "[a] > 1", alteryx: "<Node/>" } },
  });
  replaceTool(draft, catalog, "tile", "Filter", (setting) => setting === "expression");
  expect(nodesOf(draft.document).tile).toEqual({ tool: "Filter", expression: "[a] > 1" });
  expect(draft.document.connections).toEqual(["images -> tile", "tile.T -> load", "tile.F -> report"]);
});
