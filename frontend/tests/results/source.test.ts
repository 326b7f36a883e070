/** Which matrix belongs to an anchor, and where its pictures are. */
import { expect, test } from "vitest";
import type { CheckAnswer } from "@/api/types";
import { sourceOf } from "@/results/matrix/source";
import { streamsOf } from "@/results/watched";
import { catalog, seed } from "../document/seed";

const field = (name: string, meaning = "") => ({ name, meaning, type: "V_WString" });
const NODES = {
  recognise: {
    outputs: {
      R: { fields: [field("Report", "report")] },
      P: { fields: [field("image", "image"), field("Class", "truth"), field("Predicted", "label")] },
    },
  },
} as unknown as CheckAnswer["nodes"];

test("the report of a training counts the predictions that leave beside it", () => {
  const found = sourceOf({ node: "recognise", anchor: "R" }, null, "run", seed, catalog, NODES);
  expect(found).toEqual({
    streams: [{ run: "run", node: "recognise", anchor: "P" }],
    fields: ["Class", "Predicted"],
    weight: "",
    pictures: { node: "recognise", anchor: "P" },
  });
});

test("records without pictures and labels have none", () => {
  expect(sourceOf({ node: "scale", anchor: "out" }, null, "run", seed, catalog, NODES)).toBeNull();
});

test("what a Browse keeps of an anchor goes before the first of its records; an Output keeps none", () => {
  const records = (anchor: string) => streamsOf("run", { node: "recognise", anchor }, seed, catalog);
  expect(records("R")).toEqual([
    { run: "run", node: "report", anchor: "" },
    { run: "run", node: "recognise", anchor: "R" },
  ]);
  expect(records("M")).toEqual([{ run: "run", node: "recognise", anchor: "M" }]);
});
