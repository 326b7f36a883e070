import { refusal, sidesRefusal } from "@/document/policy";
import { Draft } from "@/document/draft";
import { addNode } from "@/document/edits/nodes";
import { connect } from "@/document/edits/wires";
import { wiresOf } from "@/document/wires";
import { expect, test } from "vitest";
import { catalog, seed, wire } from "./seed";

test.each([
  ["samples.H -> samples.in", "A tool cannot feed itself."],
  ["samples.E -> recognise.T", "These two are connected already."],
  ["samples.H -> recognise.T", "Input T of recognise takes one wire, and samples is connected to it already."],
  ["images.out -> report.in", "report takes one wire, and recognise is connected to it already."],
  ["recognise.E -> load.in", "load takes one wire, and cleanup is connected to it already."],
  ["recognise.E -> scale.template", "This would close a circle: scale → samples → recognise → scale."],
  ["images.out -> model_file.nowhere", "model_file has no input nowhere."],
  ["images.out -> scale.template", null],
])("%s: %s", (text, answer) => {
  expect(refusal(seed, catalog, wire(text))).toBe(answer);
});

test("an anchor that takes several wires takes several, each once", () => {
  const draft = new Draft(seed);
  addNode(draft, "Union", { x: 0, y: 0 });
  connect(draft, catalog, wire("images.out -> union.in"));
  expect(refusal(draft.document, catalog, wire("cleanup.out -> union.in"))).toBeNull();
  expect(refusal(draft.document, catalog, wire("images.out -> union.in"))).not.toBeNull();
});

test("a wire may take the place of the one that is in its way", () => {
  const inTheWay = wiresOf(seed, catalog).find(
    ({ target: { node, anchor } }) => node === "recognise" && anchor === "T",
  );
  expect(refusal(seed, catalog, wire("samples.H -> recognise.T"), inTheWay?.index)).toBeNull();
  expect(refusal(seed, catalog, wire("samples.H -> recognise.V"), inTheWay?.index)).not.toBeNull();
});

test("two outputs are no wire", () => {
  expect(sidesRefusal("output", "output")).toBe("Both are outputs; a wire runs from an output to an input.");
  expect(sidesRefusal("output", "input")).toBeNull();
});

test("a wire that cannot be read is overlooked, not lost", () => {
  const document = { ...seed, connections: ["images -> cleanup", "what", "images -> nobody", "cleanup -> load"] };
  expect(wiresOf(document, catalog).map((found) => found.index)).toEqual([0, 3]);
});
