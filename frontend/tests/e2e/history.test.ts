/** Earlier runs: a list that tells what came of each, two side by side, and a look at what one left. */
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, runEnds, tile } from "./app.ts";
import { PEOPLE } from "./flows.ts";

let app: App;
beforeAll(async () => void (app = await App.start()));
afterAll(() => app.stop());

/** Run what a tab shows; gives when the run of this number is over. */
async function runs(page: Page, number: number): Promise<void> {
  await page.keyboard.press("Control+r");
  const folder = app.path(".flowrun/runs");
  const finished = (): number =>
    existsSync(folder) ? readdirSync(folder).filter((run) => existsSync(`${folder}/${run}/run.json`)).length : 0;
  await expect.poll(finished).toBe(number);
  await runEnds(page);
}

async function openList(page: Page): Promise<void> {
  await page.getByText("Run", { exact: true }).first().click();
  await page.getByText("Earlier runs").click();
  await page.locator(".runs-table tbody tr").first().waitFor();
}

test("two runs side by side, and the records of the older one", async () => {
  writeFileSync(app.path("people.yaml"), PEOPLE);
  await runs(await app.open("people.yaml"), 1);
  writeFileSync(app.path("people.yaml"), PEOPLE.replace("> 18", "> 9"));
  const page = await app.open("people.yaml");
  await runs(page, 2);

  await openList(page);
  expect(await page.locator(".runs-table tbody tr").count()).toBe(2);
  for (const box of await page.getByRole("checkbox", { name: /Compare/ }).all()) await box.check();
  await page.getByRole("button", { name: "Compare 2 runs" }).click();
  const row = page.locator(".compared tr", { hasText: "expression" });
  await expect.poll(() => row.locator("td").allTextContents()).toEqual(["[age] > 18", "[age] > 9"]);
  await page.getByRole("button", { name: "Back" }).click();

  await page
    .getByRole("button", { name: /^Show the run/ })
    .last()
    .click();
  await tile(page, "look").click();
  await page.getByRole("tab", { name: "Data", exact: true }).click();
  const cells = (): Promise<string[]> => page.locator(".grid-cell").allTextContents();
  await expect.poll(cells).toEqual(["HOMER", "39"]);
  await page.waitForTimeout(4000); // nothing takes the look at an earlier run away
  expect(await cells()).toEqual(["HOMER", "39"]);
});
