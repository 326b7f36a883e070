/** What the benchmarks measure with. */
import type { CDPSession, Page } from "playwright-core";

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

/** An edit as a person sees it: ms from the event until the frame after it was drawn, and ms of work in the page for it. */
export interface Shown {
  readonly wall: number;
  readonly work: number;
}

interface Clocked {
  shown: Promise<number>;
}

/** Measure what an act of the mouse or the keyboard costs, from the event (`keydown`, `drop`) that makes the edit. */
export async function shown(page: Page, meter: CDPSession, event: string, act: () => Promise<unknown>): Promise<Shown> {
  const before = await busy(meter);
  await page.evaluate((type) => {
    const clock = window as unknown as Clocked;
    clock.shown = new Promise((done) => {
      const began = (happened: Event): void => {
        if (happened instanceof KeyboardEvent && happened.key === "Control") return; // held down some time before
        window.removeEventListener(type, began, true);
        requestAnimationFrame(() => setTimeout(() => done(performance.now() - happened.timeStamp)));
      };
      window.addEventListener(type, began, true);
    });
  }, event);
  await act();
  const wall = await page.evaluate(() => (window as unknown as Clocked).shown);
  return { wall, work: (await busy(meter)) - before };
}

/** Reads the processor time that the page's main thread uses: the same on a busy machine as on an idle one. */
export async function meterOf(page: Page): Promise<CDPSession> {
  const meter = await page.context().newCDPSession(page);
  await meter.send("Performance.enable", { timeDomain: "threadTicks" });
  return meter;
}

async function busy(meter: CDPSession): Promise<number> {
  const { metrics } = await meter.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
}
