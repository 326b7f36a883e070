/** How the canvas fares with large workflows: panning, dragging, editing, checking. Prints figures. */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, middleOf, tile, wires } from "../e2e/app.ts";
import { large } from "./large.ts";
import { clickToFrame, framesDuring, median, seconds } from "./measure.ts";

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

  await tile(page, "step_2_3").click();
  await page.keyboard.press("Delete");
  await page.waitForTimeout(1000);
  const edits: number[] = [];
  for (let turn = 0; turn < 10; turn++) {
    edits.push(await clickToFrame(page, turn % 2 === 0 ? "Undo" : "Redo"));
    await page.waitForTimeout(700); // its check, too
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
      `an edit ${median(edits).toFixed(0)} ms, its check ${median(checks).toFixed(0)} ms`,
    ].join("; "),
  );
  await page.close();
});
