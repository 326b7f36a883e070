import { isTicked, toggled } from "@/config/ticked";
import { expect, test } from "vitest";

const fields = ["name", "age", "city"];

test("what is ticked stands in the order of the options", () => {
  expect(toggled(["city"], "name", fields)).toEqual(["name", "city"]);
  expect(toggled(["name", "city"], "name", fields)).toEqual(["city"]);
});

test("an order that somebody wrote down stays, and so does what is not there", () => {
  expect(toggled(["city", "name"], "age", fields)).toEqual(["city", "name", "age"]);
  expect(toggled(["gone", "name"], "age", fields)).toEqual(["gone", "name", "age"]);
});

test("capitals make no other field", () => {
  expect(isTicked(["Name"], "name")).toBe(true);
  expect(toggled(["Name"], "name", fields)).toEqual([]);
});
