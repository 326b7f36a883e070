/** Editing: undo, refusals, healing, the clipboard, the keyboard. */
import { writeFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { anchor, App, connect, drag, drop, middleOf, node, runEnds, tile, wires } from "./app.ts";
import { PEOPLE } from "./flows.ts";

let app: App;
let page: Page;
beforeAll(async () => void (app = await App.start()));
afterAll(() => app.stop());
afterEach(() => page.close());
beforeEach(async () => {
  writeFileSync(app.path("people.yaml"), PEOPLE);
  page = await app.open("people.yaml");
  const discard = page.getByRole("button", { name: "Go back to the file" });
  if (await discard.isVisible()) await discard.click();
});

/** The whole document as its YAML tab shows it. */
async function yaml(): Promise<string> {
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  await page.getByRole("tab", { name: "YAML" }).click();
  const text = page.getByRole("textbox", { name: "YAML" });
  await expect.poll(() => text.inputValue()).not.toBe(""); // the server writes it
  return text.inputValue();
}

test("a storm of edits can be undone to the start and redone to the end", async () => {
  const start = await yaml();
  await tile(page, "shout").click();
  await page.getByRole("tab", { name: "Configuration" }).click();
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" + 'x'");
  await drop(page, "Sort", 700, 480);
  await drag(page, await middleOf(tile(page, "grown")), { x: 620, y: 520 });
  await tile(page, "people").click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Control+d");
  await page.keyboard.press("Control+g");
  await page.keyboard.press("ArrowDown");
  const end = await yaml();
  expect(end).not.toBe(start);
  const undo = page.getByRole("button", { name: "Undo" });
  let steps = 0;
  for (; await undo.isEnabled(); steps++) await page.keyboard.press("Control+z");
  expect(steps).toBeGreaterThanOrEqual(7);
  await expect.poll(yaml).toBe(start);
  expect(await page.getByLabel("not saved").count()).toBe(0);
  for (; steps > 0; steps--) await page.keyboard.press("Control+y");
  await expect.poll(yaml).toBe(end);
});

test("fields are ticked, keys are added by their field, and settings come with what they matter for", async () => {
  const config = page.locator(".config");
  await drop(page, "Unique", 620, 480);
  await connect(page, anchor(page, "shout", "output", "out"), anchor(page, "unique", "input", "in"));
  await config.getByRole("checkbox", { name: "age" }).check();
  await config.getByRole("checkbox", { name: "name" }).check();
  await drop(page, "Sort", 740, 480);
  await config.getByLabel("Add a field").selectOption("age");
  expect(await config.locator(".item").getByRole("combobox", { name: "Field" }).inputValue()).toBe("age");
  await drop(page, "Filter", 860, 480);
  await config.getByRole("combobox", { name: "Field" }).click();
  await config.getByRole("option", { name: "age" }).click();
  expect(await config.getByRole("textbox", { name: "To", exact: true }).count()).toBe(0);
  await config.getByLabel("Operator").selectOption("Between");
  await config.getByRole("textbox", { name: "To", exact: true }).fill("10");
  const text = await yaml();
  for (const line of ["by: [name, age]", "by: [{field: age}]", "operator: Between"]) expect(text).toContain(line);
});

test("a wire that may not be is refused while it is drawn, in one sentence", async () => {
  const from = await middleOf(anchor(page, "shout", "output", "out"));
  const to = await middleOf(anchor(page, "grown", "input", "in"));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x + 60, to.y + 60, { steps: 3 });
  await page.mouse.move(to.x, to.y, { steps: 3 });
  expect(await page.locator(".refusal").textContent()).toBe(
    "grown takes one wire, and people is connected to it already.",
  );
  await page.mouse.up();
  expect(await wires(page).count()).toBe(3);
});

test("a wire is taken by its end to another anchor, to another source, and off", async () => {
  const wire = (id: string) => page.locator(`.wire[data-id="${id}"]`);
  const end = await middleOf(anchor(page, "look", "input", "in"));
  await connect(page, anchor(page, "look", "input", "in"), anchor(page, "grown", "output", "F"));
  await wire("grown.F->look.in").waitFor({ state: "attached" });
  expect(await wires(page).count()).toBe(3);
  await connect(page, anchor(page, "shout", "input", "in"), anchor(page, "grown", "input", "in"));
  expect(await wires(page).count()).toBe(3); // refused: grown would feed itself
  await page.mouse.move(end.x, end.y);
  await page.mouse.down();
  await page.mouse.move(end.x + 40, end.y + 120, { steps: 4 });
  expect(await wire("grown.F->look.in").getAttribute("class")).toContain("held");
  await page.mouse.up();
  await expect.poll(() => wires(page).count()).toBe(2);
  await connect(page, anchor(page, "shout", "input", "in"), anchor(page, "look", "input", "in"));
  await wire("grown.T->look.in").waitFor({ state: "attached" });
  expect(await wires(page).count()).toBe(2);
  for (let steps = 0; steps < 3; steps++) await page.keyboard.press("Control+z");
  await wire("shout.out->look.in").waitFor({ state: "attached" });
  expect(await wires(page).count()).toBe(3);
});

test("a wire drawn into the open offers the tools that fit", async () => {
  const from = await middleOf(anchor(page, "grown", "output", "F"));
  await drag(page, from, { x: from.x + 60, y: from.y + 150 });
  const list = page.getByRole("dialog", { name: "Insert a tool" });
  await list.waitFor();
  expect(await list.getByRole("option", { name: /Directory/ }).count()).toBe(0);
  await page.keyboard.type("brow");
  await page.keyboard.press("Enter");
  await page.locator('.wire[data-id="grown.F->browse.in"]').waitFor({ state: "attached" });
});

test("a tool dropped on a wire is inserted; deleted, its neighbours meet", async () => {
  const left = await middleOf(anchor(page, "shout", "output", "out"));
  const right = await middleOf(anchor(page, "look", "input", "in"));
  await drop(page, "Select", (left.x + right.x) / 2, left.y);
  await expect.poll(() => wires(page).count()).toBe(4);
  await page.locator('.wire[data-id="shout.out->select.in"]').waitFor({ state: "attached" });
  await tile(page, "select").click();
  await page.keyboard.press("Delete");
  await expect.poll(() => wires(page).count()).toBe(3);
  await page.locator('.wire[data-id="shout.out->look.in"]').waitFor({ state: "attached" });
});

test("what is copied is YAML, and YAML can be pasted", async () => {
  await tile(page, "people").click();
  await page.keyboard.down("Control");
  await tile(page, "grown").click();
  await page.keyboard.up("Control");
  await page.keyboard.press("Control+c");
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toContain("- people -> grown");
  await page.mouse.move(700, 500);
  await page.keyboard.press("Control+v");
  await node(page, "grown_2").waitFor();
  expect(await wires(page).count()).toBe(4);
});

test("a click with Ctrl or Shift adds to the selection, and takes away again", async () => {
  const selected = (): Promise<number> => page.locator(".react-flow__node.selected").count();
  await tile(page, "people").click();
  await tile(page, "grown").click({ modifiers: ["Control"] });
  await tile(page, "look").click({ modifiers: ["Shift"] });
  await expect.poll(selected).toBe(3);
  await tile(page, "grown").click({ modifiers: ["Control"] });
  await expect.poll(selected).toBe(2);
  await tile(page, "grown").click();
  await expect.poll(selected).toBe(1);
});

test("a workflow of three tools is built, connected, configured and run by keyboard alone", async () => {
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const choose = async (dialog: string, text: string): Promise<void> => {
    await page.getByRole("dialog", { name: dialog }).waitFor();
    await page.keyboard.type(text);
    await press("Enter");
    await page.getByRole("dialog", { name: dialog }).waitFor({ state: "detached" });
  };
  const isAt = (found: string): Promise<boolean> =>
    page.evaluate((selector) => document.activeElement?.matches(selector) ?? false, found);
  const tabTo = async (found: string, key = "Tab"): Promise<void> => {
    for (let steps = 0; !(await isAt(found)); steps++) {
      if (steps === 100) throw new Error(`${key} does not lead to ${found}.`);
      await press(key);
    }
  };
  const edge = (id: string): Promise<void> => page.locator(`.wire[data-id="${id}"]`).waitFor({ state: "attached" });
  await press("Control+a", "Delete");
  await expect.poll(() => page.locator(".react-flow__node").count()).toBe(0);
  await press("/");
  await choose("Insert a tool", "generate");
  await press("a");
  await choose("Insert a tool", "filter");
  await press("a");
  await choose("Insert a tool", "browse");
  await edge("filter.T->browse.in");

  await tabTo('.wire[data-id="filter.T->browse.in"]');
  await press("Enter", "Delete");
  await expect.poll(() => wires(page).count()).toBe(1);
  await tabTo('.react-flow__node[data-id="browse"]');
  await press("Enter", "c");
  await choose("Connect browse", "filter.F");
  await edge("filter.F->browse.in");

  await tabTo('.react-flow__node[data-id="filter"]', "Shift+Tab");
  await press("Enter");
  await page.locator(".cm-content").waitFor();
  await press("Shift+F6");
  await tabTo(".cm-content");
  await page.keyboard.insertText("[RowCount] > 7");
  await press("F6");
  expect(await isAt('.react-flow__node[data-id="filter"]')).toBe(true);
  await press("Control+r");
  await runEnds(page);
  await tabTo('.react-flow__node[data-id="browse"]');
  await press("Enter");
  await expect.poll(() => page.locator(".grid-cell").allTextContents()).toEqual(["1", "2", "3", "4", "5", "6", "7"]);
});

test("containers, comments and wires by keyboard: into one, out, larger, a tool into a wire", async () => {
  const nothing = page.locator(".react-flow__pane");
  await tile(page, "grown").click();
  await page.keyboard.press("Control+g");
  const container = page.locator(".react-flow__node-container");
  const width = async (): Promise<number> => (await container.boundingBox())?.width ?? 0;
  const before = await width();
  for (let times = 0; times < 3; times++) await page.keyboard.press("Alt+Shift+ArrowRight");
  await expect.poll(width).toBeGreaterThan(before + 20);
  await page.keyboard.press("Control+e");
  await page.locator(".container.disabled").waitFor();
  await expect.poll(() => node(page, "people").locator(".tool.off").count()).toBe(0);
  await tile(page, "people").click();
  await page.keyboard.press("Control+Shift+g");
  await page.getByRole("dialog", { name: "Move into a container" }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => node(page, "people").locator(".tool.off").count()).toBe(1);
  await page.keyboard.press("F2");
  await page.keyboard.type("Whom we know");
  await page.keyboard.press("Enter");
  await node(page, "people").getByText("Whom we know").waitFor();

  await page.locator('.wire[data-id="shout.out->look.in"]').focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("/");
  await page.getByRole("dialog", { name: "Insert a tool" }).waitFor();
  await page.keyboard.type("sort");
  await page.keyboard.press("Enter");
  await page.locator('.wire[data-id="sort.out->look.in"]').waitFor({ state: "attached" });

  await nothing.click({ position: { x: 20, y: 20 } });
  const place = await middleOf(tile(page, "look"));
  await page.keyboard.press("ArrowDown"); // the view moves where nothing is selected
  await expect.poll(async () => (await middleOf(tile(page, "look"))).y).toBe(place.y - 50);
  await page.keyboard.press("Control+f");
  await page.getByRole("dialog", { name: "Find on the canvas" }).waitFor();
  await page.keyboard.type("look");
  await page.keyboard.press("Enter");
  await page.locator('.react-flow__node.selected[data-id="look"]').waitFor();
  await page.getByRole("menuitem", { name: "Edit", exact: true }).click(); // a menu leaves the keys to the canvas
  await page.getByRole("menuitem", { name: "Select all" }).click();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).getByText("Run up to here").waitFor();
});

test("a missing field is shown as missing and kept; a problem leads to its setting", async () => {
  await tile(page, "shout").click();
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("Uppercase([nam])");
  await node(page, "shout").locator(".badge.bad").waitFor();
  await page.locator(".cm-mistake").waitFor();
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  await page.locator(".message-list button").first().click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain("cm-content");
  await page.keyboard.press("Control+r");
  await page.locator(".notice.error", { hasText: "cannot run" }).waitFor();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("Uppercase([name])");
  await page.locator(".notice.error").waitFor({ state: "detached" }); // it can
});

test("the overview is there while some of the workflow is out of sight", async () => {
  const overview = page.getByRole("img", { name: "Overview" });
  expect(await overview.count()).toBe(0);
  await page.locator(".react-flow__pane").click({ position: { x: 20, y: 20 } });
  for (let times = 0; times < 8; times++) await page.keyboard.press("Shift+ArrowRight");
  await overview.waitFor();
  await page.getByRole("button", { name: "Fit all" }).click();
  await overview.waitFor({ state: "detached" });
});

test("containers: dragged with what they hold, folded, switched off", async () => {
  await tile(page, "grown").click();
  await page.keyboard.press("Control+g");
  const before = await middleOf(tile(page, "grown"));
  const title = await middleOf(page.locator(".container-name"));
  await drag(page, title, { x: title.x, y: title.y + 100 });
  // A drag begins only after a few pixels, and these do not count.
  await expect.poll(async () => (await middleOf(tile(page, "grown"))).y - before.y).toBeGreaterThan(80);
  await page.keyboard.press("Control+z");
  await expect.poll(async () => (await middleOf(tile(page, "grown"))).y - before.y).toBe(0);
  await page.getByRole("button", { name: "Fold the container" }).click();
  await expect.poll(() => tile(page, "grown").count()).toBe(0);
  expect(await wires(page).count()).toBe(3);
  await page.getByRole("button", { name: "Unfold the container" }).click();
  await page.getByRole("switch").click();
  await expect.poll(() => node(page, "look").locator(".tool.off").count()).toBe(1);
});

test("connecting by mouse and disconnecting by Delete", async () => {
  await page.locator('.wire[data-id="shout.out->look.in"]').click({ force: true });
  await page.keyboard.press("Delete");
  await expect.poll(() => wires(page).count()).toBe(2);
  await connect(page, anchor(page, "grown", "output", "F"), anchor(page, "look", "input", "in"));
  await expect.poll(() => wires(page).count()).toBe(3);
});
