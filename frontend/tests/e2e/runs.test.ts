/** Runs: what every tab shows, before and after a reload; stop; a run that is killed from outside. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, node, runEnds, tile } from "./app.ts";
import { BAD, ENDLESS, PEOPLE } from "./flows.ts";

let app: App;
beforeAll(async () => void (app = await App.start()));
afterAll(() => app.stop());

/** What stands on the canvas of a run: badges and counts. */
const picture = (page: Page): Promise<string[]> =>
  page.locator(".react-flow__node-tool").evaluateAll((nodes) =>
    nodes.map((found) => {
      const badge = found.querySelector(".badge")?.getAttribute("class") ?? "";
      return `${(found as HTMLElement).dataset.id} ${badge} ${found.querySelector(".counts")?.textContent ?? ""}`;
    }),
  );

/** The number of the process that the newest run works in. */
function newestProcess(): string {
  const runs = app.path(".flowrun/runs");
  return readFileSync(`${runs}/${readdirSync(runs).sort().at(-1)}/pid`, "utf-8").trim();
}

async function trains(page: Page): Promise<void> {
  await page.keyboard.press("Control+r");
  await page.locator(".run-button.stop").waitFor();
  await tile(page, "recognise").click();
  await node(page, "recognise").locator(".badge.running").waitFor({ timeout: 60_000 });
  await page.getByRole("tab", { name: "Training" }).click({ timeout: 60_000 });
  await page.getByText(/Epoch \d+ of 10000/).waitFor({ timeout: 60_000 });
}

test("a reload and a second tab in mid-run show the same; stop ends it in both", async () => {
  writeFileSync(app.path("endless.yaml"), ENDLESS);
  const page = await app.open("endless.yaml");
  await trains(page);
  await page.reload();
  await tile(page, "recognise").click();
  await page.getByRole("tab", { name: "Training" }).click();
  await page.getByText(/Epoch \d+ of 10000/).waitFor();
  const other = await app.open("endless.yaml");
  await node(other, "recognise").locator(".badge.running").waitFor();

  await page.bringToFront();
  await page.keyboard.press("Shift+Escape");
  expect(await runEnds(page, 10_000)).toContain("Stopped");
  expect(await runEnds(other, 10_000)).toContain("Stopped");
  await expect.poll(() => picture(other)).toEqual(await picture(page));

  writeFileSync(app.path("people.yaml"), PEOPLE); // the server lives on
  const next = await app.open("people.yaml");
  await next.keyboard.press("Control+r");
  expect(await runEnds(next)).toContain("Finished");
});

test("a run that is killed from outside is an error on its tool", async () => {
  const page = await app.open("endless.yaml");
  await trains(page);
  execFileSync("kill", ["-9", newestProcess()]);
  expect(await runEnds(page)).toContain("Failed");
  await node(page, "recognise").locator(".badge.bad").waitFor();
  await page.getByRole("tab", { name: /Messages/ }).click();
  await page
    .locator(".message-list")
    .getByText(/killed/)
    .waitFor();
});

test("a tool that failed shows why, before anything else is known of it", async () => {
  writeFileSync(app.path("bad.yaml"), BAD);
  const page = await app.open("bad.yaml");
  await page.keyboard.press("Control+r");
  expect(await runEnds(page)).toContain("Failed");
  await tile(page, "wrong").click();
  await page.locator(".message-list").getByText("not an image").waitFor();
});

test("stop and keep the best ends a training with a report", async () => {
  const page = await app.open("endless.yaml");
  await trains(page);
  await page.getByRole("button", { name: "Stop and keep the best" }).click();
  expect(await runEnds(page)).toContain("Finished");
  await tile(page, "report").click();
  await page.frameLocator('iframe[title="Report"]').getByRole("heading").first().waitFor();
});

test("records, fields and messages of a finished run; run up to a tool", async () => {
  writeFileSync(app.path("until.yaml"), PEOPLE.replace("Homer", "Marge")); // nothing of it has run before
  const page = await app.open("until.yaml");
  await tile(page, "grown").click();
  await page.keyboard.press("Control+Shift+r");
  await node(page, "grown").locator(".badge.done").waitFor();
  await runEnds(page);
  expect(await node(page, "look").locator(".badge").count()).toBe(0);
  await page.keyboard.press("Control+r");
  await node(page, "look").locator(".badge.done").waitFor();
  await tile(page, "look").click();
  await expect.poll(() => page.locator(".grid-cell").allTextContents()).toEqual(["MARGE", "39"]);
});

test("a second run reuses what is unchanged and says why the rest runs; a third may leave the cache alone", async () => {
  writeFileSync(app.path("again.yaml"), PEOPLE.replace("Homer", "Abe"));
  const page = await app.open("again.yaml");
  const badges = (kind: string): Locator => page.locator(`.react-flow__node-tool .badge.${kind}`);
  const status = (text: string): Promise<void> => page.locator(".status", { hasText: text }).waitFor();
  await page.keyboard.press("Control+r");
  await runEnds(page);
  expect(await badges("done").count()).toBe(4);

  await page.keyboard.press("Control+r");
  await status("reused 4 of 4 tools");
  expect(await node(page, "look").locator(".badge.reused title").textContent()).toBe(
    "Reused from an earlier run: nothing changed",
  );
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/reused.png` }); // to be looked at

  await tile(page, "shout").click();
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("Lowercase([name])");
  await page.keyboard.press("Control+r");
  await node(page, "shout").locator(".badge.done").waitFor();
  await runEnds(page);
  expect(await node(page, "shout").locator(".badge title").textContent()).toContain("it ran because");

  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByRole("menuitem", { name: "Run without cache" }).click();
  await expect.poll(() => badges("done").count()).toBe(4);
});

test("a run asked for right after a reload waits for the workflow", async () => {
  writeFileSync(app.path("soon.yaml"), PEOPLE.replace("Homer", "Ned"));
  const page = await app.open("soon.yaml");
  await page.route("**/api/workflow*", async (route) => {
    await new Promise((done) => setTimeout(done, 1000));
    await route.continue();
  });
  await page.reload();
  await page.locator(".run-button").waitFor();
  await page.keyboard.press("Control+r");
  await node(page, "look").locator(".badge.done").waitFor();
});

test("a run asked for while the last one is still being told starts", async () => {
  writeFileSync(app.path("told.yaml"), PEOPLE.replace("Homer", "Rod"));
  const page = await app.open("told.yaml");
  await page.keyboard.press("Control+r");
  await runEnds(page);
  const before = readdirSync(app.path(".flowrun/runs")).length;
  await page.route("**/events*", async (route) => {
    await new Promise((done) => setTimeout(done, 1000));
    await route.continue();
  });
  const known = page.waitForResponse((answer) => answer.url().includes("/api/runs?"));
  await page.reload();
  await known;
  await tile(page, "look").waitFor();
  expect(await page.locator(".run-button.stop").count()).toBe(0);
  await page.keyboard.press("Control+r");
  await page.locator(".run-button.stop").waitFor();
  await page.locator(".status", { hasText: "reused 4 of 4 tools" }).waitFor();
  expect(readdirSync(app.path(".flowrun/runs")).length).toBe(before + 1);
});

test("a run that is gone, with the server that ran it and with its folder, is shown no longer", async () => {
  writeFileSync(app.path("gone.yaml"), ENDLESS);
  const page = await app.open("gone.yaml");
  await page.keyboard.press("Control+r");
  await node(page, "recognise").locator(".badge").first().waitFor();
  const process = newestProcess();
  await app.killServer();
  await expect.poll(() => existsSync(`/proc/${process}`)).toBe(false); // it ends with the server
  rmSync(app.path(".flowrun/runs"), { recursive: true });
  await app.startServer();
  await page.locator(".status", { hasText: "Not run yet" }).waitFor();
});
