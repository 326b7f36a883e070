/** Pictures and other values of a run, looked at: a cell of a matrix opens those that it counts. */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anchor, App, middleOf, runEnds, tile } from "./app.ts";
import { GUESSES, VALUES } from "./flows.ts";

let app: App;
beforeAll(async () => void (app = await App.start()));
afterAll(() => app.stop());

test("a cell of the matrix opens its pictures, one of them in full", async () => {
  writeFileSync(app.path("guesses.yaml"), GUESSES);
  const page = await app.open("guesses.yaml");
  await page.keyboard.press("Control+r");
  expect(await runEnds(page)).toContain("Finished");
  await anchor(page, "table", "output", "I").click();
  await page.getByRole("button", { name: /^Class bart_simpson, Guess lisa_simpson: 16/ }).click();

  const pictures = page.getByRole("listbox", { name: "Pictures" });
  await expect.poll(() => pictures.getByRole("option").count()).toBe(16);
  const drawn = (): Promise<number> =>
    pictures
      .locator("img")
      .evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length);
  await expect.poll(drawn).toBe(16);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/gallery.png` }); // to be looked at

  await pictures.getByRole("option").nth(3).dblclick();
  const whole = page.getByRole("dialog", { name: "Picture 4 of 16" });
  await whole.getByRole("row", { name: "Class bart_simpson" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("dialog", { name: "Picture 5 of 16" }).waitFor();
});

test("a cell of the report opens its pictures, too", async () => {
  const page = await app.open("guesses.yaml");
  await anchor(page, "table", "output", "R").click();
  await page.getByRole("tab", { name: "Report" }).click();
  const report = page.frameLocator("iframe[title=Report]");
  await report.locator(`[title="Show these pictures"]`).first().waitFor();
  await report.locator(`td[data-where*='"Guess": "marge_simpson"'][data-where*="Class"]`).click();
  const pictures = page.getByRole("listbox", { name: "Pictures" });
  await expect.poll(() => pictures.getByRole("option").count()).toBe(16);
  await pictures.getByRole("option", { name: "Record 1: marge_simpson" }).waitFor();
});

test("other fields say what is right and what is predicted", async () => {
  const page = await app.open("guesses.yaml");
  let told: (() => void) | undefined;
  const asked = new Promise<void>((done) => (told = done));
  await page.route("**/counts?*", async (route) => {
    await asked;
    await route.continue();
  });
  await anchor(page, "load", "output", "out").click();
  await page.getByRole("tab", { name: "Gallery" }).click();
  await page.getByRole("combobox", { name: /^Label/ }).selectOption("Class");
  await page.getByRole("combobox", { name: /^Prediction/ }).selectOption("Guess");
  const wrongOnly = page.getByRole("checkbox", { name: "wrong only" });
  const place = await middleOf(wrongOnly);
  told?.();
  await expect.poll(() => page.getByRole("option", { name: "lisa_simpson (32)" }).count()).toBe(1);
  expect(await middleOf(wrongOnly)).toEqual(place); // it does not slip away below the mouse
  await wrongOnly.check();
  await expect.poll(() => page.locator(".gallery-count").textContent()).toBe("16 of 64 pictures");
  await page.getByRole("option", { name: "Record 1: bart_simpson, taken for lisa_simpson" }).waitFor();
});

test("a picture that is none says why", async () => {
  writeFileSync(app.path("values.yaml"), VALUES);
  const page = await app.open("values.yaml");
  await page.keyboard.press("Control+r");
  expect(await runEnds(page)).toContain("Finished");
  await tile(page, "look").click();
  await page.getByRole("tab", { name: "Gallery" }).click();
  await page.getByRole("combobox", { name: /^Picture/ }).selectOption("broken");
  await page.locator(".thumb-reason", { hasText: "No picture that can be shown" }).waitFor();
});

test("JSON in lines, a text to its end, bytes in hex", async () => {
  const page = await app.open("values.yaml");
  await tile(page, "look").click();
  await page.getByRole("tab", { name: "Data", exact: true }).click();
  const whole = async (column: number): Promise<string> => {
    await page.locator(`#cell-0-${column}`).dblclick();
    const text = page.getByRole("dialog").locator(".whole-text");
    await expect.poll(() => text.textContent()).not.toBe("");
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/whole-${column}.png` }); // to be looked at
    const said = (await text.textContent()) ?? "";
    await page.keyboard.press("Escape");
    return said;
  };
  expect((await whole(0)).split("\n").map((line) => line.trim())).toContain('"name": "Lisa",');
  await expect.poll(() => whole(1)).toMatch(/^O+The end$/);
  expect(await whole(2)).toBe("00000000  00 ff 48 65 6c 6c 6f                             ..Hello");
});
