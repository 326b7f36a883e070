/** Workflows for the tests, as YAML. */

/** A training that goes on until it is stopped. */
export const ENDLESS = `flowrun: 1
nodes:
  images: {tool: Directory, path: samples/simpsons, pattern: '*.jpg', recurse: true}
  cleanup: {tool: Formula, fields: [{field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}]}
  load: {tool: ImageInput, field: FullPath}
  scale: {tool: ImageProcessing, steps: [{step: scale, width: 64, height: 64}]}
  samples: {tool: CreateSamples, estimation: 70, validation: 20}
  recognise:
    tool: ImageRecognition
    training: {image: image, label: Class}
    validation: {image: image, label: Class}
    epochs: 10000
  report: {tool: Browse}
connections:
  - images -> cleanup
  - cleanup -> load
  - load -> scale
  - scale -> samples
  - samples.E -> recognise.T
  - samples.V -> recognise.V
  - recognise.R -> report
layout:
  images: [60, 90]
  cleanup: [165, 90]
  load: [270, 90]
  scale: [375, 90]
  samples: [480, 90]
  recognise: [600, 90]
  report: [720, 90]
`;

/** Data only: quick. */
export const PEOPLE = `flowrun: 1
nodes:
  people: {tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10], [Lisa, 8], [Homer, 39]]}
  grown: {tool: Filter, expression: '[age] > 18'}
  shout: {tool: Formula, fields: [{field: name, expression: 'Uppercase([name])'}]}
  look: {tool: Browse}
connections:
  - people -> grown
  - grown.T -> shout
  - shout -> look
layout:
  people: [100, 150]
  grown: [220, 150]
  shout: [340, 150]
  look: [460, 150]
`;

/** Rows of 20 nodes, for 200 nodes with 352 wires: rows of filters whose leftovers feed unions. */
export function large(nodes: number): string {
  const rows = Math.ceil(nodes / 20);
  const lines: string[] = [];
  const connections: string[] = [];
  const layout: string[] = [];
  for (let row = 0; row < rows; row++) {
    lines.push(`  source_${row}: {tool: TextInput, fields: [n], rows: [[1], [2]]}`);
    layout.push(`  source_${row}: [60, ${60 + row * 90}]`);
    for (let column = 1; column < 20; column++) {
      const name = `step_${row}_${column}`;
      const before = column === 1 ? `source_${row}` : `step_${row}_${column - 1}`;
      const unites = column % 2 === 0 && row > 0;
      lines.push(
        `  ${name}: ${unites ? "{tool: Union}" : "{tool: Formula, fields: [{field: n, expression: '[n] + 1'}]}"}`,
      );
      connections.push(`  - ${before} -> ${name}`);
      if (unites)
        connections.push(`  - step_${row - 1}_${column - 1} -> ${name}`, `  - step_${row - 1}_${column} -> ${name}`);
      layout.push(`  ${name}: [${60 + column * 105}, ${60 + row * 90}]`);
    }
  }
  return `flowrun: 1\nnodes:\n${lines.join("\n")}\nconnections:\n${connections.join("\n")}\nlayout:\n${layout.join("\n")}\n`;
}
