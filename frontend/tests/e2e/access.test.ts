/** Accessibility. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { App, tile } from "./app.ts";
import { PEOPLE } from "./flows.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");

describe.each([false, true])("axe, dark: %s", (dark) => {
  let app: App;
  beforeAll(async () => void (app = await App.start({ dark })));
  afterAll(() => app.stop());

  test("finds nothing serious on the main screen", async () => {
    writeFileSync(app.path("people.yaml"), PEOPLE);
    const page = await app.open("people.yaml");
    await tile(page, "shout").click();
    await page.locator(".cm-content").waitFor();
    await page.waitForTimeout(500);
    await page.evaluate(AXE);
    const found = await page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: { run: () => Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      const { violations } = await axe.run();
      return violations.map(
        ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`,
      );
    });
    expect(found.filter((line) => /^(serious|critical)/.test(line))).toEqual([]);
  });
});
