/** What is dragged catches on the lines of its neighbours. */
import { aligned } from "@/document/guides";
import { expect, test } from "vitest";

const tile = (x: number, y: number) => ({ x, y, width: 36, height: 36 });
const REACH = 6;

test("near a neighbour's row it stands level with it, on one line through both", () => {
  expect(aligned(tile(103, 64), [tile(0, 60)], REACH)).toEqual({
    shift: { x: null, y: -4 },
    guides: [{ axis: "y", at: 78, from: 0, to: 139 }],
  });
});

test("of several neighbours the nearest counts, and the line goes through all that stand on it", () => {
  const { shift, guides } = aligned(tile(200, 62), [tile(0, 60), tile(400, 60), tile(100, 67)], REACH);
  expect(shift).toEqual({ x: null, y: -2 });
  expect(guides).toEqual([{ axis: "y", at: 78, from: 0, to: 436 }]);
});

test("edges of things of other sizes count too, on both axes at once", () => {
  const container = { x: 50, y: 200, width: 300, height: 100 };
  const { shift, guides } = aligned(tile(52, 262), [container], REACH);
  expect(shift).toEqual({ x: -2, y: 2 });
  expect(guides.map(({ axis, at }) => [axis, at])).toEqual([
    ["x", 50],
    ["y", 300],
  ]);
});

test("where nothing is near, nothing is drawn", () => {
  expect(aligned(tile(0, 0), [tile(100, 100)], REACH)).toEqual({ shift: { x: null, y: null }, guides: [] });
  expect(aligned(tile(0, 0), [], REACH)).toEqual({ shift: { x: null, y: null }, guides: [] });
});
