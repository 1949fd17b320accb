import { writeFile } from 'node:fs/promises';
import { diagram } from '../workflows/diagram.ts';
import { asl } from '../workflows/print.ts';

/** The page that shows the machine, generated from its definition; a test compares it with the committed one. */
export function failoverPage(): string {
  return [
    '# The failover machine',
    '',
    'Generated from `workflows/failover` by `node build/docs.ts`; `npm test` fails when it is not up to date.',
    '',
    '```mermaid',
    diagram(asl('failover')).trimEnd(),
    '```',
    '',
  ].join('\n');
}

if (import.meta.main) await writeFile('docs/failover.md', failoverPage());
