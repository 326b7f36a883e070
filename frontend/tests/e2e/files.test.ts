/** Files: nothing is lost by a crash, nothing is overwritten silently. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, drop, node, runEnds, tile } from "./app.ts";
import { PEOPLE } from "./flows.ts";

let app: App;
beforeAll(async () => void (app = await App.start()));
afterAll(() => app.stop());

/** The next time that the journal has been written. */
async function journalled(page: Page): Promise<void> {
  const written = await page.waitForResponse(
    (answer) => answer.request().method() === "PUT" && answer.url().endsWith("/api/journal"),
  );
  expect(written.ok()).toBe(true);
}

async function annotate(page: Page, text: string): Promise<void> {
  await tile(page, "look").click();
  await page.keyboard.press("F2");
  await page.keyboard.insertText(text);
  await page.keyboard.press("Enter");
  await node(page, "look").getByText(text).waitFor();
}

test("a file changed on disk is followed where nothing is lost, and asked about where something would be", async () => {
  writeFileSync(app.path("a.yaml"), PEOPLE);
  const page = await app.open("a.yaml");
  writeFileSync(app.path("a.yaml"), PEOPLE.replace("{tool: Browse}", "{tool: Browse, annotation: THEIRS}"));
  await node(page, "look").getByText("THEIRS").waitFor();

  await annotate(page, "MINE");
  writeFileSync(app.path("a.yaml"), PEOPLE.replace("{tool: Browse}", "{tool: Browse, annotation: AGAIN}"));
  await page.keyboard.press("Control+s");
  await page.getByText("was changed on disk").waitFor();
  expect(readFileSync(app.path("a.yaml"), "utf-8")).toContain("AGAIN");
  await page.getByRole("button", { name: "Keep mine" }).click();
  await page.keyboard.press("Control+s");
  await expect.poll(() => readFileSync(app.path("a.yaml"), "utf-8")).toContain("MINE");
});

test("a save in one tab shows in the other", async () => {
  writeFileSync(app.path("b.yaml"), PEOPLE);
  const [one, two] = [await app.open("b.yaml"), await app.open("b.yaml")];
  await annotate(one, "SHARED");
  await one.keyboard.press("Control+s");
  await two.bringToFront();
  await node(two, "look").getByText("SHARED").waitFor();
});

test("edits survive a crash of the browser's tab and of the server", async () => {
  writeFileSync(app.path("c.yaml"), PEOPLE);
  const page = await app.open("c.yaml");
  await Promise.all([journalled(page), annotate(page, "NOT SAVED")]);
  await page.close();
  await app.crashServer();
  const again = await app.open("c.yaml");
  await node(again, "look").getByText("NOT SAVED").waitFor();
  await again.getByRole("button", { name: "Go back to the file" }).click();
  await expect.poll(() => node(again, "look").getByText("NOT SAVED").count()).toBe(0);
  await again.keyboard.press("Control+z");
  await node(again, "look").getByText("NOT SAVED").waitFor();
});

test("a server that is gone is told; the tab goes on, with its edits, when one is back", async () => {
  writeFileSync(app.path("d.yaml"), PEOPLE);
  const page = await app.open("d.yaml");
  await app.killServer();
  await annotate(page, "MEANWHILE");
  await page.getByText("The server does not answer.").waitFor();
  expect(await page.locator(".badge.bad").count()).toBe(0); // it says nothing of the workflow
  await app.startServer();
  await expect.poll(() => page.locator(".banner.lost").count()).toBe(0);
  await page.keyboard.press("Control+r");
  expect(await runEnds(page)).toContain("Finished");
  await page.keyboard.press("Control+s");
  await expect.poll(() => readFileSync(app.path("d.yaml"), "utf-8")).toContain("MEANWHILE");
});

test("two tabs without a file keep drafts of their own; what a closed one left comes back in the next", async () => {
  const [one, two] = [await app.open(), await app.open()];
  const both = Promise.all([journalled(one), journalled(two)]);
  await drop(one, "Browse", 700, 400);
  await drop(two, "Directory", 700, 400);
  await both;
  await Promise.all([one.reload(), two.reload()]);
  await node(one, "browse").waitFor();
  await node(two, "directory").waitFor();
  expect(await node(two, "browse").count()).toBe(0);
  await two.close();
  const three = await app.open();
  await node(three, "directory").waitFor();
  await three.getByText("that were not saved are back").waitFor();
});

test("what was not saved comes before anything can be put beside it", async () => {
  const left = await app.open();
  await Promise.all([journalled(left), drop(left, "Sort", 700, 400)]);
  await left.close();
  const page = await app.page();
  await page.route("**/api/journal?*", async (route) => {
    await new Promise((done) => setTimeout(done, 1500));
    await route.continue();
  });
  await page.goto(app.address());
  await page.locator(".window[inert]").waitFor();
  await page.keyboard.press("/"); // would insert a tool, which the draft would replace
  await node(page, "sort").waitFor();
  await page.locator(".window:not([inert])").waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.keyboard.press("/");
  await page.getByRole("dialog", { name: "Insert a tool" }).waitFor();
});

test("what is typed for a dialog that is still on its way does nothing to the canvas", async () => {
  writeFileSync(app.path("e.yaml"), PEOPLE);
  const page = await app.page();
  await page.route("**/assets/Dialogs*", async (route) => {
    await new Promise((done) => setTimeout(done, 1500));
    await route.continue();
  });
  await page.goto(app.address("e.yaml"));
  await tile(page, "look").click();
  for (const key of ["Control+f", "c", "Delete"]) await page.keyboard.press(key);
  await page.getByRole("dialog", { name: "Find on the canvas" }).waitFor();
  expect(await node(page, "look").count()).toBe(1);
  expect(await page.getByLabel("not saved").count()).toBe(0);
});

test("an unknown tool opens, says so, and keeps its settings", async () => {
  writeFileSync(app.path("d.yaml"), PEOPLE.replace("{tool: Browse}", "{tool: Gaze, depth: 3}"));
  const page = await app.open("d.yaml");
  await node(page, "look").locator(".badge.bad").waitFor();
  await tile(page, "look").click();
  await page.locator(".config").getByText("There is no tool 'Gaze'").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Control+s");
  await page.locator(".notice", { hasText: "Saved" }).waitFor();
  expect(readFileSync(app.path("d.yaml"), "utf-8")).toContain("look: {tool: Gaze, depth: 3}");
});
