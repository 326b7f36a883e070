/** What is generated stands as it would be generated now. */
import { readFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";
import { expect, test } from "vitest";

test("the API types are those of openapi.json", async () => {
  const document = new URL("../openapi.json", import.meta.url);
  const types = astToString(await openapiTS(document));
  expect(readFileSync(new URL("../src/api/schema.ts", import.meta.url), "utf-8")).toContain(types);
});
