import { matters } from "@/config/matters";
import { expect, test } from "vitest";

test("a setting that matters with some values of another shows with these, and where it is made", () => {
  const hints = { when: { action: ["Concat"] } };
  expect(matters("separator", hints, { action: "Concat" }, {}, true)).toBe(true);
  expect(matters("separator", hints, { action: "Sum" }, {}, true)).toBe(false);
  expect(matters("separator", hints, {}, {}, true)).toBe(false);
  expect(matters("separator", hints, { action: "Sum", separator: ";" }, {}, true)).toBe(true);
});

test("a default of another setting counts as well, and of several values any", () => {
  const hints = { when: { method: ["parse", "match"] } };
  expect(matters("output", hints, {}, { method: "match" }, true)).toBe(true);
  expect(matters("output", hints, { method: "replace" }, { method: "match" }, true)).toBe(false);
  expect(matters("output", hints, { method: ["replace", "parse"] }, {}, true)).toBe(true);
});

test("options of a file format show for files of that kind", () => {
  const hints = { extensions: [".csv"] };
  expect(matters("csv", hints, { path: "a.CSV" }, {}, true)).toBe(true);
  expect(matters("csv", hints, { path: "a.txt", format: "csv" }, {}, true)).toBe(true);
  expect(matters("csv", hints, { path: "a.txt" }, {}, true)).toBe(false);
});

test("some settings matter only where another tool feeds this one, or where none does", () => {
  expect([true, false].map((fed) => matters("field", { fed: true }, {}, {}, fed))).toEqual([true, false]);
  expect([true, false].map((fed) => matters("path", { fed: false }, {}, {}, fed))).toEqual([false, true]);
  expect(matters("path", { fed: false }, { path: "a" }, {}, true)).toBe(true);
});
