/** Beginning: from a template, from a workflow of Alteryx, from a file dropped on the canvas. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { App, node, runEnds, tile, wires } from "./app.ts";
import { PEOPLE } from "./flows.ts";

let app: App;
let page: Page;
// A server and a folder for each: what a test leaves open on the canvas would come back in the next one.
beforeEach(async () => {
  app = await App.start({ pictures: false });
  page = await app.open();
});
afterEach(() => app.stop());

const REAL = resolve(
  import.meta.dirname,
  "../../../../shared/data/yxmd/PacktPublishing+Data-Engineering-with-Alteryx/Chapter 08__Machine Learning - Intelligence Suite.yxmd",
);

/** A container that is switched off and folded away, a tool that there is not with named anchors, and a comment. */
const OLD = `<?xml version="1.0"?>
<AlteryxDocument yxmdVer="2024.1"><Nodes>
  <Node ToolID="1"><GuiSettings Plugin="AlteryxBasePluginsGui.Directory.Directory"><Position x="54" y="90"/></GuiSettings>
    <Properties><Configuration><Directory>pics</Directory><FileSpec>*.jpg</FileSpec></Configuration></Properties></Node>
  <Node ToolID="2"><GuiSettings Plugin="Somebody.Else.Weigher"><Position x="174" y="90"/></GuiSettings>
    <Properties><Configuration><Scale>kg</Scale></Configuration></Properties></Node>
  <Node ToolID="5"><GuiSettings Plugin="AlteryxGuiToolkit.ToolContainer.ToolContainer">
    <Position x="250" y="40" width="300" height="180"/></GuiSettings>
    <Properties><Configuration><Caption>Look</Caption><Disabled value="False"/><Folded value="False"/></Configuration>
    </Properties><ChildNodes>
      <Node ToolID="3"><GuiSettings Plugin="AlteryxBasePluginsGui.BrowseV2.BrowseV2"><Position x="330" y="90"/></GuiSettings>
        <Properties><Configuration/></Properties></Node>
      <Node ToolID="4"><GuiSettings Plugin="AlteryxBasePluginsGui.BrowseV2.BrowseV2"><Position x="330" y="150"/></GuiSettings>
        <Properties><Configuration/></Properties></Node>
    </ChildNodes></Node>
  <Node ToolID="6"><GuiSettings Plugin="AlteryxGuiToolkit.TextBox.TextBox">
    <Position x="54" y="200" width="160" height="40"/></GuiSettings>
    <Properties><Configuration><Text>Weigh first.</Text></Configuration></Properties></Node>
</Nodes><Connections>
  <Connection><Origin ToolID="1" Connection="Output"/><Destination ToolID="2" Connection="Goods"/></Connection>
  <Connection><Origin ToolID="2" Connection="Heavy"/><Destination ToolID="3" Connection="Input"/></Connection>
  <Connection><Origin ToolID="2" Connection="Light"/><Destination ToolID="4" Connection="Input"/></Connection>
</Connections></AlteryxDocument>`;

async function dropFile(name: string, text: string): Promise<void> {
  await page.evaluate(
    ([called, content]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([content], called));
      const place = { clientX: 700, clientY: 400, bubbles: true, cancelable: true };
      document.querySelector(".react-flow__pane")?.dispatchEvent(new DragEvent("drop", { dataTransfer, ...place }));
    },
    [name, text] as const,
  );
}

test("the empty canvas offers templates; one of them runs as it is", async () => {
  await page.getByRole("button", { name: /Best customers/ }).click();
  await node(page, "ranking").waitFor();
  await page.keyboard.press("Control+r");
  expect(await runEnds(page)).toContain("Finished");
  await tile(page, "ranking").click();
  await expect.poll(() => page.locator(".grid-cell").first().textContent()).toBe("Marge");
  await page.keyboard.press("Control+z");
  await expect.poll(() => page.locator(".react-flow__node").count()).toBe(0);
});

test("a template brings the samples that it reads", async () => {
  await page.getByRole("menuitem", { name: "File" }).click();
  await page.getByRole("menuitem", { name: "New from template" }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /Simpsons - train/ })
    .click();
  await page.locator(".notice", { hasText: "samples/simpsons" }).waitFor();
  expect(existsSync(app.path("samples/simpsons/lisa_simpson/lisa_simpson_000.jpg"))).toBe(true);
  await tile(page, "select").click();
  await expect.poll(() => page.locator(".badge.bad").count()).toBe(0);
});

test("an Alteryx workflow dropped on the canvas stands there as it was", async () => {
  await dropFile("old.yxmd", OLD);
  await expect.poll(() => page.locator(".react-flow__node-tool").count()).toBe(4);
  expect(await wires(page).count()).toBe(3);
  await page.locator(".container-name", { hasText: "Look" }).waitFor();
  await page.locator(".comment", { hasText: "Weigh first." }).waitFor();
  const weigher = page.locator('.react-flow__node-tool[data-id*="weigher"]');
  expect(await weigher.locator(".flag.output").count()).toBe(2);
  await weigher.locator(".badge.bad").waitFor();
  await weigher.locator(".tool-tile").click();
  await page.locator(".config").getByText("could not be imported").waitFor();
  await page.locator(".config").getByText("<Scale>kg</Scale>").waitFor();
});

test.runIf(existsSync(REAL))("a real one too, with every wire", async () => {
  const text = readFileSync(REAL, "utf-8");
  await dropFile("real.yxmd", text);
  await expect.poll(() => wires(page).count()).toBe(text.match(/<Connection\b/g)?.length);
  expect(await page.locator(".container").count()).toBe(5);
});

test("what is no workflow is refused in a sentence and changes nothing", async () => {
  await dropFile("broken.yxmd", "<AlteryxDocument>");
  await page.locator(".notice.error").waitFor();
  await page.locator(".canvas-empty").waitFor();
});

test("a workflow of ours dropped on the canvas opens, not saved yet", async () => {
  await dropFile("people.yaml", PEOPLE);
  await node(page, "shout").waitFor();
  await page.getByLabel("not saved").waitFor();
});
