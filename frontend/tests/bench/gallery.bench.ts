/** How the gallery fares with 20,000 pictures: first screen, scrolling, the server's memory. Prints figures. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { App, runEnds, tile } from "../e2e/app.ts";
import { framesDuring, median, seconds } from "./measure.ts";

const PICTURES = 20_000;
const STEP = 60; // pixels a frame: two screens a second
const WORKFLOW = `flowrun: 1
nodes:
  images: {tool: Directory, path: many, pattern: '*.jpg', recurse: true}
  guess:
    tool: Formula
    fields:
      - {field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}
      - {field: Guess, expression: 'IF Mod([Size], 9) = 0 THEN "lisa_simpson" ELSE [Class] ENDIF'}
  load: {tool: ImageInput, field: FullPath}
  look: {tool: Browse}
connections:
  - images -> guess
  - guess -> load
  - load -> look
layout: {images: [100, 150], guess: [220, 150], load: [340, 150], look: [460, 150]}
`;

let app: App;
beforeAll(async () => {
  app = await App.start();
  writePictures(app.path("samples/simpsons"), app.path("many"));
  writeFileSync(app.path("many.yaml"), WORKFLOW);
});
afterAll(() => app.stop());

test("20,000 pictures", async () => {
  const page = await app.open("many.yaml");
  await page.keyboard.press("Control+r");
  expect(await runEnds(page, 200_000)).toContain("Finished");
  await tile(page, "look").click();
  await page.getByRole("tab", { name: "Data", exact: true }).click();
  const before = app.memory();
  const cold = await firstScreen(page);
  await page.getByRole("tab", { name: "Data", exact: true }).click();
  const warm = await firstScreen(page);
  await page.getByRole("combobox", { name: /^Label/ }).selectOption("Class");
  await page.getByRole("combobox", { name: /^Prediction/ }).selectOption("Guess"); // now with words over them
  const slow: number[] = [];
  for (let turn = 0; turn < 3; turn++) slow.push(await scrolled(page, STEP));
  await throughAll(page);
  console.log(
    [
      `first screen ${(1000 * cold).toFixed(0)} ms cold, ${(1000 * warm).toFixed(0)} ms warm`,
      `scrolling ${median(slow).toFixed(0)} frames/s (${slow.map((one) => one.toFixed(0)).join(", ")})`,
      `server memory ${(app.memory() - before).toFixed(0)} MiB more`,
    ].join("; "),
  );
});

/** So many pictures; what follows the end of a JPEG file makes copies differ. */
function writePictures(from: string, to: string): void {
  const found = readdirSync(from).flatMap((label) =>
    readdirSync(join(from, label)).map((name) => ({ label, data: readFileSync(join(from, label, name)) })),
  );
  for (const { label } of found) mkdirSync(join(to, label), { recursive: true });
  for (let number = 0; number < PICTURES; number++) {
    const picture = found[number % found.length];
    if (picture)
      writeFileSync(join(to, picture.label, `${number}.jpg`), Buffer.concat([picture.data, Buffer.from(`${number}`)]));
  }
}

/** From the click on the tab until all pictures in sight are there. */
function firstScreen(page: Page): Promise<number> {
  return seconds(async () => {
    await page.getByRole("tab", { name: "Gallery" }).click();
    await page.waitForFunction(() => {
      const drawn = [...document.querySelectorAll<HTMLImageElement>(".thumb img")];
      return drawn.length > 10 && drawn.every((image) => image.complete && image.naturalWidth > 0);
    });
  });
}

/** Frames a second while it scrolls on, as under a finger. */
function scrolled(page: Page, step: number): Promise<number> {
  return framesDuring(page, () =>
    page.locator(".gallery-scroll").evaluate(async (element, pixels) => {
      for (const end = performance.now() + 4000; performance.now() < end;) {
        element.scrollTop += pixels;
        await new Promise(requestAnimationFrame);
      }
    }, step),
  );
}

/** Look at all of it, in jumps of a screen. */
async function throughAll(page: Page): Promise<void> {
  await page.locator(".gallery-scroll").evaluate(async (element) => {
    for (element.scrollTop = 0; element.scrollTop + element.clientHeight < element.scrollHeight - 1;) {
      element.scrollTop += element.clientHeight;
      await new Promise((done) => setTimeout(done, 40));
    }
  });
}
