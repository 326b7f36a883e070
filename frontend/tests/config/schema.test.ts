import { kindOf, newItem, placeholderOf, shapeOf, words } from "@/config/schema";
import { inFolder, relativeTo } from "@/config/paths";
import { expect, test } from "vitest";

const schema = {
  $defs: {
    Pair: {
      properties: { image: { type: "string", widget: "field" }, label: { type: "string", widget: "field" } },
      required: ["image", "label"],
      type: "object",
    },
    Scale: {
      properties: { step: { const: "scale", type: "string" }, width: { type: "number", default: 128 } },
      required: ["step"],
      type: "object",
    },
    Crop: {
      properties: { step: { const: "crop", type: "string" }, width: { type: "integer", minimum: 1 } },
      required: ["step", "width"],
      type: "object",
    },
  },
  properties: {
    training: { $ref: "#/$defs/Pair" },
    validation: { anyOf: [{ $ref: "#/$defs/Pair" }, { type: "null" }], default: null },
    model: { enum: ["Compact", "VGG16"], type: "string", default: "Compact" },
    epochs: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null },
    steps: {
      type: "array",
      items: { discriminator: { propertyName: "step" }, oneOf: [{ $ref: "#/$defs/Scale" }, { $ref: "#/$defs/Crop" }] },
    },
    on_bad_image: { type: "string", enum: ["stop", "skip"] },
    format: {
      anyOf: [
        { const: "as_is", type: "string" },
        { enum: ["bmp", "png"], type: "string" },
      ],
      default: "as_is",
    },
    flip: { anyOf: [{ type: "boolean" }, { type: "null" }], default: null, none: "As in training" },
    n: { type: "integer", default: 1, label: "Number of records" },
  },
  required: ["training"],
};
const shape = shapeOf(schema);
const setting = (name: string) => shape.settings.find((found) => found.name === name)?.shape;

test("references, options and nulls come down to what a form asks for", () => {
  expect(setting("training")).toMatchObject({ kind: "object", optional: false });
  expect(setting("validation")).toMatchObject({ kind: "object", optional: true });
  expect(setting("validation")?.settings.map(({ name }) => name)).toEqual(["image", "label"]);
  expect(setting("model")).toMatchObject({ kind: "choice", standard: "Compact" });
  expect(setting("epochs")).toMatchObject({ kind: "integer", optional: true, least: 1 });
  expect(setting("on_bad_image")?.title).toBe("On bad image");
});

test("words from several options are one choice, and a truth value that may be left out has three", () => {
  expect(setting("format")).toMatchObject({ kind: "choice", choices: ["as_is", "bmp", "png"] });
  expect(setting("flip")).toMatchObject({ kind: "choice", choices: [true, false], optional: true });
});

test("a setting may be called otherwise in a form, and an empty one says what it comes to", () => {
  const { n, flip } = { n: setting("n"), flip: setting("flip") };
  expect(n?.title).toBe("Number of records");
  expect([n && placeholderOf(n), flip && placeholderOf(flip)]).toEqual(["1", "As in training"]);
});

test("a list of several kinds knows the kind of each item and how a new one begins", () => {
  const steps = setting("steps");
  expect(steps?.kinds).toHaveLength(2);
  expect(steps && kindOf(steps, { step: "crop" })?.constant).toEqual(["step", "crop"]);
  expect(steps?.kinds.map(newItem)).toEqual([{ step: "scale" }, { step: "crop", width: 1 }]);
});

test("paths go between the served folder and the workflow's own", () => {
  expect(relativeTo("a/b.yaml", "a/data/x.csv")).toBe("data/x.csv");
  expect(relativeTo("a/b.yaml", "x.csv")).toBe("../x.csv");
  expect(relativeTo("b.yaml", "")).toBe(".");
  expect(inFolder("a/b.yaml", "../x.csv")).toBe("x.csv");
  expect(inFolder("b.yaml", "../x.csv")).toBeNull();
  expect(inFolder("b.yaml", "/etc")).toBeNull();
});

test("words are spelt as people spell them", () => {
  expect(["on_bad_image", "csv", "ToString", "row_id", "px", "list"].map(words)).toEqual([
    "On bad image",
    "CSV",
    "ToString",
    "Row ID",
    "px",
    "List",
  ]);
});
