import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { scenariosPage } from '../../build/scenarios-page.ts';
import { play } from '../../simulation/play-scenario.ts';
import { parseScenario } from '../../simulation/scenario.ts';

test('docs/scenarios.md is what the catalogue says; else run: node build/scenarios-page.ts', async () => {
  expect(await readFile('docs/scenarios.md', 'utf8')).toBe(scenariosPage());
});

test('its example comes as it says', async () => {
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(scenariosPage()) ?? [];

  const { differences, violations } = await play(parseScenario(example, 'the example'));

  expect({ differences, violations }).toEqual({ differences: [], violations: [] });
});
