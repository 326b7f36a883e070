/** What the server costs: from its start to the canvas, memory at rest, the first load, and stopping a training. */
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { App, node, runEnds } from "../e2e/app.ts";
import { ENDLESS } from "../e2e/flows.ts";
import { median, seconds } from "./measure.ts";

test("from start to canvas, memory at rest, first load", async () => {
  const starts: number[] = [];
  for (let turn = 0; turn < 3; turn++) {
    let app: App | undefined;
    starts.push(await seconds(async () => (app = await App.start({ pictures: false })).open()));
    await app?.stop();
  }
  const app = await App.start({ pictures: false });
  const page = await app.open();
  const sizes = await firstLoad(page);
  const memory = residentMiB(app.pid);
  await app.stop();
  console.log(
    `start to canvas ${median(starts).toFixed(1)} s, the browser's own start included; ` +
      `server at rest ${memory.toFixed(0)} MiB; first load ${(sizes / 1000).toFixed(0)} kB compressed`,
  );
  expect(memory).toBeLessThan(200);
  expect(sizes).toBeLessThan(250_000);
});

test("stop ends a training", async () => {
  const app = await App.start();
  writeFileSync(app.path("endless.yaml"), ENDLESS);
  const page = await app.open("endless.yaml");
  const stops: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    await page.keyboard.press("Control+r");
    await node(page, "recognise").locator(".badge-running", { hasText: "%" }).waitFor({ timeout: 120_000 });
    await page.waitForTimeout(1000);
    stops.push(
      await seconds(async () => {
        await page.keyboard.press("Shift+Escape");
        expect(await runEnds(page)).toContain("Stopped");
      }),
    );
  }
  await app.stop();
  console.log(`stop to "Stopped" on the screen: ${stops.map((each) => each.toFixed(2)).join(", ")} s`);
});

/** Compressed bytes of the scripts and styles that the page asks for before it can be used. */
async function firstLoad(page: Page): Promise<number> {
  const urls = await page.evaluate(() => [
    ...[...document.querySelectorAll<HTMLScriptElement>("script[src]")].map(({ src }) => src),
    ...[...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet], link[rel=modulepreload]")].map(
      ({ href }) => href,
    ),
  ]);
  const texts = await Promise.all(urls.map(async (url) => (await page.request.get(url)).body()));
  return texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
}

function residentMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf-8"))?.[1]) / 1024;
}
