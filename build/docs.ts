import { writeFile } from 'node:fs/promises';
import { diagram } from '../workflows/diagram.ts';
import { asl, type MachineName, machineNames } from '../workflows/print.ts';

/** The page that shows a machine, generated from its definition; a test compares it with the committed one. */
export function machinePage(name: MachineName): string {
  return [
    `# The ${name} machine`,
    '',
    `Generated from \`workflows/${name}\` by \`node build/docs.ts\`; \`npm test\` fails when it is not up to date.`,
    '',
    '```mermaid',
    diagram(asl(name)).trimEnd(),
    '```',
    '',
  ].join('\n');
}

if (import.meta.main) {
  for (const name of machineNames) await writeFile(`docs/${name}.md`, machinePage(name));
}
