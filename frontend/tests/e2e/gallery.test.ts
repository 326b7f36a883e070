/** Pictures of a run: a cell of a matrix opens those that it counts. */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { anchor, App, runEnds } from "./app.ts";
import { GUESSES } from "./flows.ts";

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
