/** Where one looks in a long list, what is selected, how records are asked for, and what a whole value is shown as. */
import { describe, expect, test } from "vitest";
import { hexOf, prettyOf } from "@/results/CellViewer";
import { EVERYTHING, described, filteredBy, isEverything, sortedBy } from "@/results/grid/query";
import { TALLEST, drifted, layoutHeight, moved, revealing, settled } from "@/results/grid/scroll";
import { includes, keyed, only, rectangle, wholeRow, type Selection } from "@/results/grid/selection";

const SHORT = { total: 1_000, seen: 300 };
const LONG = { total: 240_000_000, seen: 300 }; // ten million rows
const END = TALLEST - LONG.seen;
const LAST = LONG.total - LONG.seen;

describe("scrolling", () => {
  test("a short list is laid out as it is", () => {
    expect(layoutHeight(SHORT)).toBe(1_000);
    expect(moved({ real: 0, top: 0 }, 120, SHORT, false)).toEqual({ real: 120, top: 120 });
    expect(drifted({ real: 120, top: 120 }, SHORT)).toBe(false);
  });
  test("of a long one the wheel moves as many pixels as it says", () => {
    expect(layoutHeight(LONG)).toBe(TALLEST);
    const there = settled(100_000_000, LONG);
    expect(moved(there, there.real + 100, LONG, false).top).toBeCloseTo(100_000_100);
  });
  test("the bar leads to its share of the list, and its ends to the ends", () => {
    expect(moved({ real: 0, top: 0 }, END / 2, LONG, true).top).toBeCloseTo(LAST / 2);
    expect(moved({ real: 5_000, top: 90_000 }, END, LONG, false).top).toBe(LAST);
    expect(moved({ real: 50, top: 90_000 }, 0, LONG, false).top).toBe(0);
  });
  test("every row can be reached by the wheel, though the bar lags behind", () => {
    let position = settled(0, LONG);
    for (let turn = 0; turn < 2_000; turn++) {
      position = moved(position, position.real + 100, LONG, false);
      if (drifted(position, LONG)) position = settled(position.top, LONG);
      expect(position.top).toBeCloseTo((turn + 1) * 100, 3);
    }
  });
  test("a place beyond the list is its end", () => {
    expect(settled(LONG.total * 2, LONG)).toEqual({ top: LAST, real: END });
    expect(settled(-5, SHORT)).toEqual({ top: 0, real: 0 });
    expect(settled(50, { total: 100, seen: 300 })).toEqual({ top: 0, real: 0 });
  });
  test("a row is revealed with the least movement", () => {
    expect(revealing(100, 40, 20, SHORT)).toBe(40);
    expect(revealing(100, 390, 20, SHORT)).toBe(110);
    expect(revealing(100, 200, 20, SHORT)).toBe(100);
  });
});

describe("selection", () => {
  const size = { rows: 100, columns: 5, page: 10 };
  const at = (row: number, column: number): Selection => only({ row, column });
  const key = (name: string, held: "" | "ctrlKey" | "shiftKey" = "") => ({
    key: name,
    ctrlKey: held === "ctrlKey",
    metaKey: false,
    shiftKey: held === "shiftKey",
  });
  const press = (from: Selection, pressed: Parameters<typeof keyed>[1]): Selection =>
    keyed(from, pressed, size) ?? from;
  test.each([
    ["ArrowDown", "", [51, 2]],
    ["ArrowUp", "ctrlKey", [0, 2]],
    ["ArrowRight", "ctrlKey", [50, 4]],
    ["PageDown", "", [60, 2]],
    ["Home", "", [50, 0]],
    ["End", "ctrlKey", [99, 4]],
  ] as const)("%s with '%s' leads to %j", (name, held, [row, column]) => {
    expect(keyed(at(50, 2), key(name, held), size)).toEqual(at(row, column));
  });
  test("nothing leads out of the grid", () => {
    expect(keyed(at(99, 4), key("PageDown"), size)).toEqual(at(99, 4));
    expect(keyed(at(0, 0), key("ArrowLeft"), size)).toEqual(at(0, 0));
    expect(keyed(at(0, 0), key("ArrowDown"), { rows: 0, columns: 0, page: 10 })).toEqual(at(0, 0));
    expect(keyed(at(0, 0), key("x"), size)).toBeNull();
  });
  test("Shift grows the rectangle in any direction", () => {
    const grown = press(press(at(5, 2), key("ArrowUp", "shiftKey")), key("ArrowLeft", "shiftKey"));
    expect(rectangle(grown)).toEqual({ rows: [4, 5], columns: [1, 2] });
    expect(includes(grown, 4, 1)).toBe(true);
    expect(includes(grown, 6, 2)).toBe(false);
    expect(keyed(grown, key("Escape"), size)).toEqual(at(4, 1));
  });
  test("all, and whole rows", () => {
    expect(rectangle(press(at(5, 2), key("a", "ctrlKey")))).toEqual({ rows: [0, 99], columns: [0, 4] });
    expect(rectangle(wholeRow(3, 5, 7))).toEqual({ rows: [3, 7], columns: [0, 4] });
  });
});

describe("queries", () => {
  const fields = (query: typeof EVERYTHING): string[] =>
    query.sort.map(({ field, descending }) => `${field}${descending ? "-" : "+"}`);
  test("a name is clicked: ascending, descending, not at all", () => {
    let query = sortedBy(EVERYTHING, "a", false);
    expect(fields(query)).toEqual(["a+"]);
    expect(fields((query = sortedBy(query, "a", false)))).toEqual(["a-"]);
    expect(isEverything(sortedBy(query, "a", false))).toBe(true);
    expect(fields(sortedBy(query, "b", false))).toEqual(["b+"]);
  });
  test("several fields keep their order", () => {
    const both = sortedBy(sortedBy(EVERYTHING, "a", true), "b", true);
    expect(fields(both)).toEqual(["a+", "b+"]);
    expect(fields(sortedBy(both, "a", true))).toEqual(["a-", "b+"]);
    expect(fields(sortedBy(sortedBy(both, "a", true), "a", true))).toEqual(["b+"]);
  });
  test("a field has one filter, in words", () => {
    const condition = { field: "n", test: "between", value: "1", to: "5" } as const;
    const query = filteredBy(filteredBy(EVERYTHING, "n", { ...condition, test: "null" }), "n", condition);
    expect(query.filters.map(described)).toEqual(["n between 1 and 5"]);
    expect(described({ ...condition, test: "null" })).toBe("n is null");
    expect(isEverything(query)).toBe(false);
    expect(isEverything(filteredBy(query, "n", null))).toBe(true);
    expect(isEverything({ ...EVERYTHING, expression: "  " })).toBe(true);
  });
});

describe("whole values", () => {
  test("JSON gets lines; what only looks like it stays", () => {
    expect(prettyOf(' {"a": [1, 2]}')).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}');
    expect(prettyOf("[x] + 1")).toBeNull();
    expect(prettyOf("12")).toBeNull();
  });
  test("bytes stand in lines of sixteen", () => {
    const lines = hexOf(new Uint8Array([72, 105, 0, 255, ...Array<number>(13).fill(65)])).split("\n");
    expect(lines).toEqual([
      `00000000  48 69 00 ff ${"41 ".repeat(12)} Hi..${"A".repeat(12)}`,
      `00000010  41${" ".repeat(45)}  A`,
    ]);
    expect(hexOf(new Uint8Array())).toBe("");
  });
});
