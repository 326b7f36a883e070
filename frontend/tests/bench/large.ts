/** A workflow of rows of 20 nodes, formulas and unions of the row above: 200 nodes have 352 wires, 500 have 907. */
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
