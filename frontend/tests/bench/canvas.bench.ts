/** How the canvas fares with large workflows: panning, dragging, editing, checking. Prints figures. */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { App, carry, middleOf, tile, wires } from "../e2e/app.ts";
import { large } from "./large.ts";
import { framesDuring, median, meterOf, seconds, shown, type Shown } from "./measure.ts";

let app: App;
beforeAll(async () => void (app = await App.start({ pictures: false })));
afterAll(() => app.stop());

test.each([
  [200, 352],
  [500, 907],
])("%i nodes and %i wires", async (nodes, connections) => {
  const file = `large_${nodes}.yaml`;
  writeFileSync(app.path(file), large(nodes));
  const opening = await seconds(async () => (await app.open(file)).close());
  const page = await app.open(file);
  expect(await page.locator(".react-flow__node-tool").count()).toBe(nodes);
  expect(await wires(page).count()).toBe(connections);
  await page.waitForTimeout(1500);

  await page.mouse.move(800, 350);
  const panning = await framesDuring(page, async () => {
    for (let step = 0; step < 90; step++) await page.mouse.wheel(step % 20 < 10 ? 12 : -12, step % 20 < 10 ? 4 : -4);
  });
  const from = await middleOf(tile(page, "step_4_9"));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  const dragging = await framesDuring(page, async () => {
    for (let step = 0; step < 90; step++) await page.mouse.move(from.x + step * 2, from.y + step);
  });
  await page.mouse.up();

  const meter = await meterOf(page);
  const edits = new Map<string, Shown[]>();
  for (let turn = 0; turn < 7; turn++) {
    for (const [name, event, prepare, act] of editsOf(page, turn)) {
      await prepare();
      await page.waitForTimeout(600); // what was asked for before is shown
      edits.set(name, [...(edits.get(name) ?? []), await shown(page, meter, event, act)]);
    }
  }
  const checks = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .flatMap((entry) => (entry.name.endsWith("/api/check") ? [entry.duration] : [])),
  );
  console.log(
    [
      `${nodes} nodes, ${connections} wires: opened and drawn in ${opening.toFixed(1)} s`,
      `panning ${panning.toFixed(0)} frames/s, dragging ${dragging.toFixed(0)} frames/s`,
      `check of the whole ${median(checks).toFixed(0)} ms; edits, until they are shown (work in the page):`,
      [...edits].map(([name, all]) => `${name} ${told(all)}`).join(", "),
    ].join("; "),
  );
  await page.close();
});

type Act = () => Promise<unknown>;

/** What a person does in a turn, one after the other: its name, the event that is measured from, what goes before, the act. */
function editsOf(page: Page, turn: number): [string, string, Act, Act][] {
  const key =
    (keys: string): Act =>
    () =>
      page.keyboard.press(keys);
  const formula = (): Promise<void> =>
    tile(page, "step_2_3")
      .click()
      .then(() => page.locator(".cm-content").click());
  const found = (): Promise<void> => tile(page, "browse").click();
  const nothing = (): Promise<void> => Promise.resolve();
  return [
    ["a letter typed", "keydown", formula, key(String(turn))],
    ["a tool dropped", "drop", () => carry(page, "Browse", 900, 520), () => page.mouse.up()],
    ["it deleted", "keydown", found, key("Delete")],
    ["undo", "keydown", nothing, key("Control+z")],
    ["redo", "keydown", nothing, key("Control+y")],
  ];
}

function told(all: readonly Shown[]): string {
  return `${median(all.map(({ wall }) => wall)).toFixed(0)} ms (${median(all.map(({ work }) => work)).toFixed(0)})`;
}
