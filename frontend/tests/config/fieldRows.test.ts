import { allRows, keeping, namedRows, writtenRows } from "@/config/fieldRows";
import { expect, test } from "vitest";

const named = namedRows([{ field: "Class" }, { field: "Size", rename: "Bytes" }]);
const fields = ["Size", "Path", "class"];

test("fields that are not named follow, where they leave", () => {
  expect(allRows(named, fields, true)).toEqual([...named, { field: "Path" }]);
});

test("with unknown: false they do not leave, and are not named by an edit of another", () => {
  const rows = allRows(named, fields, false);
  expect(rows.at(-1)).toEqual({ field: "Path", keep: false });
  const renamed = rows.with(0, { field: "Class", rename: "Label" });
  expect(writtenRows(renamed, named, false)).toEqual([{ field: "Class", rename: "Label" }, named[1]]);
  const ticked = rows.with(2, keeping({ field: "Path", keep: false }, true));
  expect(writtenRows(ticked, named, false)).toEqual([...named, { field: "Path" }]);
});

test("a named field that is unticked stays named", () => {
  const rows = allRows(named, fields, false).with(0, keeping({ field: "Class" }, false));
  expect(writtenRows(rows, named, false)).toEqual([{ field: "Class", keep: false }, named[1]]);
});
