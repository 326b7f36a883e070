/** What the benchmarks measure with. */
import type { Page } from "playwright-core";

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

interface Ticking {
  times: number[];
  ticking: number;
}

/** Frames a second while something goes on. */
export async function framesDuring(page: Page, work: () => Promise<void>): Promise<number> {
  await page.evaluate(() => {
    const clock = window as unknown as Ticking;
    const tick = (now: number): void => {
      clock.times.push(now);
      clock.ticking = requestAnimationFrame(tick);
    };
    clock.times = [];
    requestAnimationFrame(tick);
  });
  await work();
  return page.evaluate(() => {
    const { times, ticking } = window as unknown as Ticking;
    cancelAnimationFrame(ticking);
    return ((times.length - 1) * 1000) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  });
}

/** How long it takes from a click on a button until the next frame has been drawn, in ms. */
export function clickToFrame(page: Page, label: string): Promise<number> {
  return page.evaluate(async (name) => {
    const button = document.querySelector<HTMLButtonElement>(`button[aria-label="${name}"]`);
    const began = performance.now();
    button?.click();
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    return performance.now() - began;
  }, label);
}
