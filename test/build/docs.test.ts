import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { machinePage } from '../../build/docs.ts';
import { machineNames } from '../../workflows/print.ts';

test.each(machineNames)(
  'docs/%s.md shows the machine as it is defined now; else run: node build/docs.ts',
  async (name) => {
    expect(await readFile(`docs/${name}.md`, 'utf8')).toBe(machinePage(name));
  },
);
