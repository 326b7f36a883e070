import { fieldsOf, pairsOf } from "@/config/fields";
import { begin, make, undo } from "@/document/history";
import { expect, test } from "vitest";

test("fields are written as people would: names, a mapping, or a list where a mapping would change them", () => {
  expect(fieldsOf(["name", "age"], ["", ""])).toEqual(["name", "age"]);
  expect(fieldsOf(["name", "age"], ["V_String", ""])).toEqual({ name: "V_String", age: "V_WString" });
  expect(fieldsOf(["name", "2020"], ["V_String", "Int32"])).toEqual([
    { field: "name", type: "V_String" },
    { field: "2020", type: "Int32" },
  ]);
  expect(fieldsOf(["a", "a"], ["Int32", "Int32"])).toHaveLength(2);
});

test("all forms are read", () => {
  const typed = [
    ["name", "V_String"],
    ["2020", "Int32"],
  ];
  expect(pairsOf({ name: "V_String", "2020a": "Int32" })).toEqual([typed[0], ["2020a", "Int32"]]);
  expect(pairsOf(fieldsOf(["name", "2020"], ["V_String", "Int32"]))).toEqual(typed);
  expect(pairsOf(["name", 2020])).toEqual([
    ["name", ""],
    ["2020", ""],
  ]);
});

test("fields that had to become a list are the mapping again by undo", () => {
  const people = { tool: "TextInput", fields: { name: "V_String", age: "Int32" }, rows: [] };
  const start = { flowrun: 1, nodes: { people } };
  const listed = fieldsOf(["name", "2020"], ["V_String", "Int32"]);
  const after = make(begin(start), "Configure", (draft) => draft.put(["nodes", "people", "fields"], listed));
  expect(after.document.nodes.people?.fields).toEqual(listed);
  expect(JSON.stringify(undo(after).document)).toBe(JSON.stringify(start));
});
