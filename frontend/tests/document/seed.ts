/** The seed's training workflow and the shapes of its tools, for tests. */
import type { Document } from "@/document/types";
import type { Anchor, Catalog } from "@/document/wires";

const anchors = (names: string): Anchor[] =>
  names
    .split(" ")
    .filter(Boolean)
    .map((text) => ({
      name: text.replace(/[?*]/g, ""),
      help: "",
      optional: text.includes("?"),
      multiple: text.includes("*"),
    }));

const shapes: [string, string, string][] = [
  ["Directory", "", "out"],
  ["Formula", "in", "out"],
  ["Filter", "in", "T F"],
  ["ImageInput", "in?", "out"],
  ["ImageProcessing", "in template?", "out"],
  ["CreateSamples", "in", "E V H"],
  ["ImageRecognition", "T V", "M E R P"],
  ["Output", "in", ""],
  ["Union", "in*", "out"],
  ["Browse", "in", ""],
  ["TextInput", "", "out"],
  ["Join", "L R", "L J R"],
];

export const catalog: Catalog = new Map(
  shapes.map(([id, inputs, outputs]) => [
    id,
    { id, inputs: anchors(inputs), outputs: anchors(outputs), keeps: id === "Browse" },
  ]),
);

export const seed: Document = {
  flowrun: 1,
  name: "Simpsons - train",
  nodes: {
    images: { tool: "Directory", annotation: "SIMPSON IMAGES", path: "samples", pattern: "*.jpg", recurse: true },
    cleanup: { tool: "Formula", fields: [{ field: "Class", expression: "FileGetDir([FullPath])" }] },
    load: { tool: "ImageInput", field: "FullPath" },
    scale: { tool: "ImageProcessing", image: "image", steps: [{ step: "scale", width: 128, height: 128 }] },
    samples: { tool: "CreateSamples", estimation: 70, validation: 20 },
    recognise: { tool: "ImageRecognition", training: { image: "image", label: "Class" }, epochs: 10 },
    model_file: { tool: "Output", path: "model.yxdb" },
    report: { tool: "Browse" },
  },
  connections: [
    "images -> cleanup",
    "cleanup -> load",
    "load -> scale",
    "scale -> samples",
    "samples.E -> recognise.T",
    "samples.V -> recognise.V",
    "recognise.M -> model_file",
    "recognise.R -> report",
  ],
  containers: {
    prep: { title: "Prepare", nodes: ["images", "cleanup", "load", "scale"] },
    build: { title: "Build", nodes: ["samples", "recognise", "model_file", "report"] },
  },
  layout: { images: [60, 75], cleanup: [270, 75], samples: [850, 75] },
};

export const wire = (text: string) => {
  const [source = "", target = ""] = text.split(" -> ");
  const end = (part: string) => {
    const [node = "", anchor = ""] = part.split(".");
    return { node, anchor };
  };
  return { source: end(source), target: end(target) };
};
