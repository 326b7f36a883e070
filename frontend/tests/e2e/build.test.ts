/** The seed's training workflow, from an empty canvas to the report, by mouse. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anchor, App, connect, drag, drop, middleOf, node, runEnds, tile, wires } from "./app.ts";

/** What the file must look like: as somebody would have written it. */
const BY_HAND = `flowrun: 1

nodes:
  directory: {tool: Directory, path: samples/simpsons, pattern: '*.jpg', recurse: true}
  formula:
    tool: Formula
    fields:
      - {field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}
  select: {tool: Select}
  image_input: {tool: ImageInput, field: FullPath}
  image_processing: {tool: ImageProcessing, steps: [{step: scale, width: 96, height: 96}]}
  create_samples: {tool: CreateSamples, estimation: 70, validation: 20}
  image_recognition:
    tool: ImageRecognition
    training: {image: image, label: Class}
    validation: {image: image, label: Class}
    epochs: 2
  output: {tool: Output, path: model.yxdb}
  browse: {tool: Browse}
  output_2: {tool: Output, path: holdout.yxdb}

connections:
  - directory -> formula
  - formula -> select
  - select -> image_input
  - image_input -> image_processing
  - image_processing -> create_samples
  - create_samples.E -> image_recognition.T
  - create_samples.V -> image_recognition.V
  - image_recognition.M -> output
  - image_recognition.R -> browse
  - create_samples.H -> output_2

containers:
  container: {title: Container, nodes: [directory, formula, select, image_input, image_processing]}

layout:
`;

let app: App;
beforeAll(async () => void (app = await App.start()));
afterAll(() => app.stop());

test("an Alteryx user builds, runs and reads the seed's workflow", async () => {
  const page = await app.open();
  // Each tool is dropped near the anchor of the one before, which connects them.
  const row = 300;
  const chain = ["Directory", "Formula", "Select", "Image Input", "Image Processing", "Create Samples"];
  for (const [index, tool] of chain.entries()) await drop(page, tool, 450 + index * 90, row);
  await expect.poll(() => wires(page).count()).toBe(5);

  await drop(page, "Image Recognition", 1010, row - 20);
  await expect.poll(() => wires(page).count()).toBe(6); // E to T
  await connect(page, anchor(page, "create_samples", "output", "V"), anchor(page, "image_recognition", "input", "V"));
  await drop(page, "Output", 1250, 220);
  await connect(page, anchor(page, "image_recognition", "output", "M"), anchor(page, "output", "input", "in"));
  await drop(page, "Browse", 1250, 400);
  await connect(page, anchor(page, "image_recognition", "output", "R"), anchor(page, "browse", "input", "in"));
  await drop(page, "Output", 1050, 460);
  await connect(page, anchor(page, "create_samples", "output", "H"), anchor(page, "output_2", "input", "in"));
  await expect.poll(() => wires(page).count()).toBe(10);

  const field = (label: string) => page.locator(".config").getByLabel(label, { exact: false }).first();
  await tile(page, "directory").click();
  await field("Path").fill("samples/simpsons");
  await field("Pattern").fill("*.jpg");
  await field("Recurse").check();

  await tile(page, "formula").click();
  await page.locator(".config").getByRole("button", { name: "Add" }).click();
  await page.locator(".config").getByRole("combobox").first().fill("Class");
  await page.keyboard.press("Escape");
  await page.locator(".cm-content").click();
  await page.keyboard.insertText("FileGetFileName(FileGetDir([FullPath]))");

  await tile(page, "image_input").click();
  await page.locator(".config").getByRole("combobox").first().fill("FullPath");
  await tile(page, "image_processing").click();
  await page.getByLabel("Add a step").selectOption({ label: "Scale" });
  const width = page.locator(".item").getByLabel("Width", { exact: false }).first();
  await width.fill("96");
  await page.locator(".item").getByLabel("Height", { exact: false }).first().fill("96");
  await page.locator(".step-preview", { hasText: "After 96 × 96" }).waitFor(); // before any run

  await tile(page, "create_samples").click();
  await field("Estimation").fill("70");
  await field("Validation").fill("20");

  await tile(page, "image_recognition").click();
  const groups = page.locator(".config fieldset");
  for (const index of [0, 1]) {
    await groups.nth(index).getByRole("combobox").nth(0).fill("image");
    await page.keyboard.press("Escape");
    await groups.nth(index).getByRole("combobox").nth(1).fill("Class");
    await page.keyboard.press("Escape");
  }
  await field("Epochs").fill("2");
  await tile(page, "output").click();
  await field("Path").fill("model.yxdb");
  await tile(page, "output_2").click();
  await field("Path").fill("holdout.yxdb");

  // A frame around the first five, put into a container.
  const first = await middleOf(tile(page, "directory"));
  const fifth = await middleOf(tile(page, "image_processing"));
  await drag(page, { x: first.x - 50, y: first.y - 60 }, { x: fifth.x + 30, y: fifth.y + 90 });
  await page.keyboard.press("Control+g");
  await expect.poll(() => page.locator(".container").count()).toBe(1);

  await page.keyboard.press("Control+s");
  await page.getByLabel("Name", { exact: true }).fill("mine.yaml");
  await page.getByRole("button", { name: "Save", exact: true }).last().click();
  await page.locator(".notice", { hasText: "Saved mine.yaml" }).waitFor();
  const text = readFileSync(app.path("mine.yaml"), "utf-8");
  expect(text.slice(0, text.indexOf("  directory: ["))).toBe(BY_HAND);

  await expect.poll(() => page.locator(".badge.bad").count()).toBe(0);
  await page.keyboard.press("Control+r");
  expect(await runEnds(page)).toContain("Finished");
  await expect.poll(() => page.locator(".badge.done").count()).toBe(10);
  expect(await node(page, "directory").locator(".count").textContent()).toContain("64");

  await tile(page, "browse").click();
  const report = page.frameLocator('iframe[title="Report"]');
  await report.getByRole("heading").first().waitFor();
  await anchor(page, "image_processing", "output", "out").click();
  // Directory's fields come first; what is not seen is not drawn.
  await expect
    .poll(() => page.locator(".grid").evaluate((grid) => (grid.scrollLeft = grid.scrollWidth)))
    .toBeGreaterThan(0);
  await expect
    .poll(() =>
      page
        .locator(".grid-cell img")
        .first()
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    )
    .toBeGreaterThan(0);
});
