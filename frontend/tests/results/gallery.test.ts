/** What the gallery finds out by itself, and what it asks the server for. */
import { describe, expect, test } from "vitest";
import type { FieldShape } from "@/api/types";
import { queryOf } from "@/results/gallery/query";
import { rolesOf } from "@/results/gallery/roles";
import type { Choice } from "@/results/gallery/store";

const field = (name: string, meaning = "", type = "V_WString"): FieldShape =>
  ({ name, meaning, type, size: null, scale: null, source: "", description: "" }) as unknown as FieldShape;

const IMAGE = field("image", "image", "Blob");
const PREDICTED = [
  field("FileName"),
  IMAGE,
  field("Class"),
  field("Predicted", "label"),
  field("Probability", "probability", "Double"),
  field("Probability_lisa", "probability", "Double"),
  field("Probability_marge", "probability", "Double"),
];
const ROWS = [
  ["a.jpg", null, "marge", "lisa", 0.9, 0.9, 0.1],
  ["b.jpg", null, "lisa", "lisa", 0.8, 0.8, 0.2],
];
const ROLES = {
  image: "image",
  truth: "Class",
  predicted: "Predicted",
  probability: "Probability",
  labels: ["lisa", "marge"],
};
const ALL: Choice = { fields: {}, where: {}, wrongOnly: false, order: "given" };

describe("roles", () => {
  test("the true label shares its values with the prediction", () => {
    expect(rolesOf(PREDICTED, ROWS)).toEqual(ROLES);
  });
  test("without a prediction, the label is the text with few values", () => {
    const rows = [1, 2, 3, 4].map((number) => [`${number}.jpg`, null, number % 2 ? "lisa" : "marge"]);
    expect(rolesOf([field("FileName"), IMAGE, field("Class")], rows)).toMatchObject({ truth: "Class", predicted: "" });
  });
  test("no picture, no roles", () => {
    expect(rolesOf([field("Class")], [])).toBeNull();
  });
});

describe("query", () => {
  test("everything as it lies needs none", () => {
    expect(queryOf(ALL, ROLES)).toBeNull();
  });
  test("a cell of the matrix", () => {
    const found = queryOf({ ...ALL, where: { Class: "marge", Predicted: null } }, ROLES);
    expect(found?.filters).toEqual([
      { field: "Class", test: "equals", value: "marge", to: "" },
      { field: "Predicted", test: "null", value: "", to: "" },
    ]);
  });
  test("the wrong ones, the greatest loss first", () => {
    const found = queryOf({ ...ALL, wrongOnly: true, order: "worst" }, ROLES);
    expect(found?.expression).toBe("[Class] != [Predicted]");
    expect(found?.sort[0]?.expression).toBe(
      'IF [Class] = "lisa" THEN [Probability_lisa] ELSEIF [Class] = "marge" THEN [Probability_marge] ELSE ' +
        "IIF([Class] = [Predicted], [Probability], 1 - [Probability]) ENDIF",
    );
  });
});
