import { numberPlace } from "@/canvas/wiring";
import { expect, test } from "vitest";

test("the numbers of wires that end at one anchor are apart, also where they come from one tool", () => {
  const end = { x: 200, y: 100 };
  const places = [60, 88, 100, 112].map((y) => numberPlace({ x: 100, y }, end).y);
  const gaps = places.slice(1).map((y, index) => y - (places[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(8); // px: as high as digits are
});

test("the number of a wire that runs back stands on its bow", () => {
  expect(numberPlace({ x: 200, y: 100 }, { x: 100, y: 100 })).toEqual({ x: 150, y: 145 });
  expect(numberPlace({ x: 100, y: 100 }, { x: 110, y: 100 })).toEqual({ x: 105, y: 100 });
});
