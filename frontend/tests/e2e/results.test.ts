/** The records of a run in the grid: a million of them, in a real browser. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, runEnds, tile } from "./app.ts";
import { MILLION } from "./flows.ts";

let app: App;
let page: Page;
beforeAll(async () => {
  app = await App.start();
  writeFileSync(app.path("million.yaml"), MILLION);
  page = await app.open("million.yaml");
  await page.evaluate(() =>
    localStorage.setItem("flowrun", JSON.stringify({ state: { resultsHeight: 420 }, version: 0 })),
  );
  await page.reload();
  await tile(page, "look").waitFor();
  await page.keyboard.press("Control+r");
  await runEnds(page);
  await tile(page, "look").click();
  await first(page).filter({ hasText: "1" }).waitFor();
});
afterAll(async () => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/end.png` }); // to be looked at
  await app.stop();
});

const cell = (at: Page, row: number, column: number): Locator => at.locator(`#cell-${row}-${column}`);
const first = (at: Page): Locator => cell(at, 0, 0);
const said = (at: Page): Locator => at.locator(".grid-said");

/** Jump to a place; until its cells are there. */
const jump = (at: Page, share: number): Promise<void> =>
  at.locator(".grid").evaluate(async (grid, to) => {
    const began = performance.now();
    grid.scrollTop = to * (grid.scrollHeight - grid.clientHeight);
    const there = (): boolean => {
      const cells = [...grid.querySelectorAll(".grid-cell")];
      return performance.now() - began > 20 && cells.length > 0 && !grid.querySelector(".grid-cell.waiting");
    };
    while (!there()) await new Promise(requestAnimationFrame);
  }, share);

test("the last of a million records is one jump away, and a tab holds few cells", async () => {
  expect(await page.locator(".grid").getAttribute("aria-rowcount")).toBe("1000001");
  for (const share of [0.5, 0.123, 0.99, 0.001]) await jump(page, share);
  await page.locator(".grid").focus();
  await page.keyboard.press("Control+End");
  await expect.poll(() => cell(page, 999_999, 0).textContent()).toBe("1,000,000");
  await page.mouse.move(700, 700);
  await page.mouse.wheel(0, -260); // a wheel moves ten rows, not ten thousand
  await expect.poll(() => cell(page, 999_980, 0).textContent()).toBe("999,981");
  expect(await page.locator(".grid-cell").count()).toBeLessThan(400);
  await page.locator(".grid").focus();
  await page.keyboard.press("Control+Home");
  await expect.poll(() => first(page).textContent()).toBe("1");
});

test("sorts by two columns, filters, searches, and takes a formula", async () => {
  await page.getByRole("button", { name: /^team/ }).click();
  await page.getByRole("button", { name: /^team/ }).click();
  await page.getByRole("button", { name: /^id/ }).click({ modifiers: ["Shift"] });
  await expect
    .poll(() => page.locator(".grid-row").first().locator(".grid-cell").allTextContents())
    .toEqual(["96", "96", "name 96", "[Null]"]);
  await page.getByRole("button", { name: "Filter name" }).click();
  await page.getByRole("textbox", { name: "Value" }).fill("NAME 12");
  await page.keyboard.press("Enter");
  await expect.poll(() => said(page).textContent()).toContain("of 1,000,000 shown");
  await page.getByRole("searchbox", { name: "Search all columns" }).fill("1234");
  await page.keyboard.press("Enter");
  await page.getByRole("toolbar").getByRole("button", { name: "Formula" }).click();
  await page.getByRole("searchbox", { name: /Show records/ }).fill("[id] > 123400 AND [id] < 123420");
  await page.keyboard.press("Enter");
  await expect.poll(() => said(page).textContent()).toBe("19 of 1,000,000 shown");
  await page.getByRole("searchbox", { name: /Show records/ }).fill("[idd] > 1");
  await page.keyboard.press("Enter");
  await expect.poll(() => said(page).textContent()).toContain("No field [idd]");
  await page.getByRole("button", { name: "Show all" }).click();
  await expect.poll(() => first(page).textContent()).toBe("1");
});

test("copies what is selected with the names of its columns", async () => {
  await cell(page, 1, 1).click();
  await cell(page, 2, 2).click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+c");
  await page.locator(".notice", { hasText: "Copied 2 × 2" }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("team\tname\n2\t name 2\n3\tname 3\n");
});

test("hides a column and downloads what is shown", async () => {
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("checkbox", { name: /^note/ }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("searchbox", { name: "Search all columns" }).fill("name 77777");
  await page.keyboard.press("Enter");
  await expect.poll(() => said(page).textContent()).toBe("11 of 1,000,000 shown");
  await page.getByRole("button", { name: "Download" }).click();
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: /^CSV/ }).click()]);
  expect(file.suggestedFilename()).toBe("look.csv");
  const text = readFileSync(await file.path(), "utf-8");
  expect(text.split(/\r?\n/).slice(0, 2)).toEqual(["id,team,name", "77777,80,name 77777"]);
});

test("shows a profile beside the grid, and a whole value", async () => {
  await page.getByRole("button", { name: "Profile" }).click();
  const profile = page.getByRole("complementary", { name: "Profile" });
  await expect.poll(() => profile.getByRole("img").count()).toBe(4);
  await profile.getByRole("button", { name: /^team Int/ }).click();
  await profile.getByText("Standard deviation").waitFor();
  expect(await profile.locator(".facts").nth(1).textContent()).toContain("Different values97");
  await cell(page, 0, 2).dblclick();
  await page.getByRole("dialog").getByText("name 77777").waitFor();
  await page.keyboard.press("Escape");
});
