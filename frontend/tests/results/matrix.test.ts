import { expect, test } from "vitest";
import { agreement, cross, shareOf } from "@/results/matrix/cross";

const COUNTED = {
  fields: ["Class", "Predicted", "Source"],
  values: [
    ["lisa", "lisa", "a"],
    ["marge", "lisa", "a"],
    ["marge", "marge", "a"],
    ["marge", "marge", "b"],
  ],
  counts: [4, 1, 2, 3],
  records: 10,
  total: 10,
};

test("a confusion matrix: sums, shares, the diagonal", () => {
  const found = cross(COUNTED, "Class", "Predicted");
  expect(found).toMatchObject({ rows: ["lisa", "marge"], columns: ["lisa", "marge"], square: true, total: 10 });
  expect(found.counts).toEqual([
    [4, 0],
    [1, 5],
  ]);
  expect(found.rowSums).toEqual([4, 6]);
  expect(found.columnSums).toEqual([5, 5]);
  expect(agreement(found)).toBeCloseTo(0.9);
  expect(shareOf(found, "row", 1, 0)).toBeCloseTo(1 / 6);
  expect(shareOf(found, "column", 1, 0)).toBeCloseTo(0.2);
  expect(shareOf(found, "row", -1, 0)).toBeCloseTo(0.5);
});

test("turned to other fields, it is no longer square", () => {
  const found = cross(COUNTED, "Source", "Class");
  expect(found).toMatchObject({ rows: ["a", "b"], columns: ["lisa", "marge"], square: false });
  expect(found.counts).toEqual([
    [4, 3],
    [0, 3],
  ]);
});

test("nothing was counted", () => {
  const found = cross({ ...COUNTED, values: [], counts: [] }, "Class", "Predicted");
  expect(found.total).toBe(0);
  expect(agreement(found)).toBe(0);
});
