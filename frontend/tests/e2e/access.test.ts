/** Accessibility. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { App, tile } from "./app.ts";
import { PEOPLE } from "./flows.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");

/** What axe finds that keeps people out. */
async function serious(page: Page): Promise<string[]> {
  await page.evaluate(async () => {
    // What moves has come to rest; what never ends, such as a spinner, is left to it.
    const ends = ({ effect }: Animation): boolean => effect?.getComputedTiming().endTime !== Infinity;
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(ends)
        .map(({ finished }) => finished),
    );
  });
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
  return found.filter((line) => /^(serious|critical)/.test(line));
}

const DIALOGS = [
  ["Control+o", "Open a workflow"],
  ["Control+Shift+s", "Save the workflow as"],
  ["Control+f", "Find on the canvas"],
  ["?", "Keyboard shortcuts"],
] as const;

describe.each([false, true])("axe, dark: %s", (dark) => {
  let app: App;
  let page: Page;
  beforeAll(async () => {
    app = await App.start({ dark });
    writeFileSync(app.path("people.yaml"), PEOPLE);
    page = await app.open("people.yaml");
  });
  afterAll(() => app.stop());

  test.each(["people", "grown", "shout", "look"])("finds nothing serious with the form of %s", async (name) => {
    await tile(page, name).click();
    if (name === "shout") await page.locator(".cm-content").waitFor();
    expect(await serious(page)).toEqual([]);
  });

  test.each(["Annotation", "YAML", "Help"])("finds nothing serious in the tab %s", async (name) => {
    await page.getByRole("tab", { name }).click();
    expect(await serious(page)).toEqual([]);
  });

  test.each(DIALOGS)("finds nothing serious behind %s", async (keys, title) => {
    await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
    await page.keyboard.press(keys);
    await page.getByRole("dialog", { name: title }).waitFor();
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  test("finds nothing serious in a menu and in the list of tools", async () => {
    await page.getByRole("menuitem", { name: "Edit", exact: true }).click();
    expect(await serious(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.locator(".react-flow__pane").dblclick({ position: { x: 20, y: 20 } });
    await page.getByRole("dialog", { name: "Insert a tool" }).waitFor();
    expect(await serious(page)).toEqual([]);
  });
});
