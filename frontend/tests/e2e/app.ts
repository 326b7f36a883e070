/** The real server over a folder of its own, and a real Chromium that looks at it. */
import { spawn, type ChildProcess } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from "playwright-core";

const ROOT = resolve(import.meta.dirname, "../../..");
const BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const PICTURES = 16; // a label: enough to train on, few enough to be quick

export class App {
  private constructor(
    readonly folder: string,
    private server: ChildProcess,
    private link: string,
    private readonly browser: Browser,
    private readonly context: BrowserContext,
  ) {}

  /** Start over a new folder, with the seed's pictures where they are wanted. */
  static async start(options: { dark?: boolean; pictures?: boolean } = {}): Promise<App> {
    const folder = mkdtempSync(join(tmpdir(), "flowrun-e2e-"));
    if (options.pictures !== false) copyPictures(join(folder, "samples/simpsons"));
    const executablePath = BROWSERS.find((path) => existsSync(path));
    if (!executablePath) throw new Error("No Chromium was found; install it (Debian: apt-get install chromium).");
    const { server, link } = await serve(folder, await ownPort());
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    const context = await browser.newContext({
      viewport: { width: 1440, height: 900 },
      colorScheme: options.dark ? "dark" : "light",
      permissions: ["clipboard-read", "clipboard-write"],
    });
    context.setDefaultTimeout(30_000); // a busy machine takes its time; what works is not slowed down
    const app = new App(folder, server, link, browser, context);
    await app.enter();
    return app;
  }

  /** Use the link once, which leaves the cookie. */
  private async enter(): Promise<void> {
    const page = await this.context.newPage();
    await page.goto(this.link);
    await page.close();
  }

  /** A tab that shows a workflow, or an empty canvas. */
  async open(path = ""): Promise<Page> {
    const page = await this.page();
    await page.goto(this.address(path));
    await page.getByRole("list").getByRole("button", { name: "Browse" }).waitFor();
    if (path) await page.locator(".react-flow__node").first().waitFor();
    await page.locator(".window:not([inert])").waitFor();
    await drawn(page);
    return page;
  }

  /** An empty tab. */
  async page(): Promise<Page> {
    const page = await this.context.newPage();
    page.on("pageerror", (error) => {
      throw error;
    });
    return page;
  }

  /** Where the canvas shows a workflow. */
  address(path = ""): string {
    return `${this.link.replace(/\/open.*/, "/")}#/${path}`;
  }

  /** Of the server's process. */
  get pid(): number {
    return this.server.pid ?? NaN;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** MiB of memory of the server's own, without the files that it has mapped. */
  memory(): number {
    const status = readFileSync(`/proc/${this.server.pid}/status`, "utf8");
    return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  /** The server dies as by a crash, and is started anew. */
  async crashServer(): Promise<void> {
    await this.killServer();
    await this.startServer();
  }

  async killServer(): Promise<void> {
    const gone = new Promise((done) => this.server.once("exit", done));
    this.server.kill("SIGKILL");
    await gone;
  }

  /** Where it was before, as somebody does who starts it again in the same terminal. */
  async startServer(): Promise<void> {
    const { server, link } = await serve(this.folder, new URL(this.link).port);
    this.server = server;
    this.link = link;
    await this.enter();
  }

  async stop(): Promise<void> {
    await this.browser.close();
    const gone = new Promise((done) => this.server.once("exit", done));
    this.server.kill("SIGINT");
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function copyPictures(to: string): void {
  const from = join(ROOT, "workflows/samples/simpsons");
  for (const label of readdirSync(from)) {
    mkdirSync(join(to, label), { recursive: true });
    for (const name of readdirSync(join(from, label)).sort().slice(0, PICTURES))
      cpSync(join(from, label, name), join(to, label, name));
  }
}

/** A port for one server alone, also while it is gone: others look from 8420 on, and systems give those from 32768. */
async function ownPort(): Promise<string> {
  for (;;) {
    const probe = createServer().listen(randomInt(10_000, 32_000), "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    const address = probe.address();
    if (!isFree || address === null || typeof address === "string") continue;
    await new Promise((closed) => probe.close(closed));
    return String(address.port);
  }
}

function serve(folder: string, port: string): Promise<{ server: ChildProcess; link: string }> {
  const command = process.env.FLOWRUN ?? join(ROOT, ".venv/bin/flowrun");
  const server = spawn(command, ["serve", folder, "--no-browser", "--port", port], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((done, fail) => {
    let said = "";
    const hear = (data: Buffer): void => {
      said += data.toString();
      const link = /http:\/\/\S+\/open\?token=[\w-]+/.exec(said)?.[0];
      if (link) done({ server, link });
    };
    server.stdout.on("data", hear);
    server.stderr.on("data", hear);
    server.on("exit", (code) => fail(new Error(`The server ended (${code}): ${said}`)));
  });
}

export const node = (page: Page, name: string): Locator => page.locator(`.react-flow__node[data-id="${name}"]`);
export const tile = (page: Page, name: string): Locator => node(page, name).locator(".tool-tile");
export const anchor = (page: Page, name: string, side: "input" | "output", letter: string): Locator =>
  node(page, name).locator(`.flag.${side}[data-handleid="${letter}"]`);
export const wires = (page: Page): Locator => page.locator(".wire");

/** Until what was asked of the view is seen: it fits itself in the frame after a workflow has come. */
export const drawn = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    for (let frames = 0; frames < 3; frames++) await new Promise(requestAnimationFrame);
  });

/** The middle of an element on the screen. */
export async function middleOf(element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox();
  if (!box) throw new Error("It is not seen.");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** Drag a tool out of the palette to a place on the screen. */
export async function drop(page: Page, tool: string, x: number, y: number): Promise<void> {
  await carry(page, tool, x, y);
  await page.mouse.up();
  await page.getByRole("searchbox", { name: "Search tools" }).fill("");
}

/** Drag a tool out of the palette, and hold it over a place on the screen. */
export async function carry(page: Page, tool: string, x: number, y: number): Promise<void> {
  await page.getByRole("searchbox", { name: "Search tools" }).fill(tool);
  const from = await middleOf(page.locator(".palette-tool", { hasText: new RegExp(`^${tool}$`) }));
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(x - 8, y, { steps: 4 });
  await page.mouse.move(x, y, { steps: 2 });
}

/** Drag with the mouse from one place to another. */
export async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

export async function connect(page: Page, source: Locator, target: Locator): Promise<void> {
  await drag(page, await middleOf(source), await middleOf(target));
}

/** Wait until the run has ended; gives what the status line says. */
export async function runEnds(page: Page, timeout = 90_000): Promise<string> {
  const status = page.locator(".status");
  await status.filter({ hasText: /Finished|Failed|Stopped/ }).waitFor({ timeout });
  return (await status.textContent()) ?? "";
}
