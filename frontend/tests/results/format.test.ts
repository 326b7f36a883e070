/** Numbers as people read them. */
import { expect, test } from "vitest";
import { brief, bytes } from "@/results/format";

test.each([
  [0, "0"],
  [563, "563"],
  [999_999, "999,999"],
  [1_000_000, "1.00 M"],
  [10_000_000, "10.0 M"],
  [1_234_567_890, "1.23 B"],
])("a count of %i on a wire is %s", (count, text) => expect(brief(count)).toBe(text));

test("sizes step up by a thousand", () =>
  expect([999, 1_000, 12_400_000].map(bytes)).toEqual(["999 B", "1.0 KB", "12.4 MB"]));
