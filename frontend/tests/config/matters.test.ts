import { matters } from "@/config/matters";
import { expect, test } from "vitest";

test("a setting that matters with some values of another shows with these, and where it is made", () => {
  const hints = { when: { action: ["Concat"] } };
  expect(matters("separator", hints, { action: "Concat" }, {})).toBe(true);
  expect(matters("separator", hints, { action: "Sum" }, {})).toBe(false);
  expect(matters("separator", hints, {}, {})).toBe(false);
  expect(matters("separator", hints, { action: "Sum", separator: ";" }, {})).toBe(true);
});

test("a default of another setting counts as well, and of several values any", () => {
  const hints = { when: { method: ["parse", "match"] } };
  expect(matters("output", hints, {}, { method: "match" })).toBe(true);
  expect(matters("output", hints, { method: "replace" }, { method: "match" })).toBe(false);
  expect(matters("output", hints, { method: ["replace", "parse"] }, {})).toBe(true);
});

test("options of a file format show for files of that kind", () => {
  const hints = { extensions: [".csv"] };
  expect(matters("csv", hints, { path: "a.CSV" }, {})).toBe(true);
  expect(matters("csv", hints, { path: "a.txt", format: "csv" }, {})).toBe(true);
  expect(matters("csv", hints, { path: "a.txt" }, {})).toBe(false);
});
