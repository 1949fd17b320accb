import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { play } from '../../simulation/play-scenario.ts';
import { parseScenario, ScenarioFault } from '../../simulation/scenario.ts';

const folder = 'simulation/scenarios';

test.each(readdirSync(folder))(
  '%s: comes as it says, for us and for the naive rule, and no invariant breaks',
  async (file) => {
    const scenario = parseScenario(readFileSync(join(folder, file), 'utf8'), file);

    const { differences, violations } = await play(scenario);

    expect(differences).toEqual([]);
    expect(violations).toEqual([]);
  },
);

test('an expectation that does not come true is told', async () => {
  const text = readFileSync(join(folder, 'standby-down-too.yaml'), 'utf8').replace('moves: 0', 'moves: 7');

  const { differences } = await play(parseScenario(text, 'changed.yaml'));

  expect(differences).toEqual(['ours.moves is 0, not 7']);
});

const broken = (when: string, given = '') =>
  `name: n\nstory: s\ngiven: { ${given} }\nwhen: [${when}]\nthen: { ours: {}, naive: { says: x } }\n`;

test.each([
  ['a fault that there is not', broken('{ at: 1s, fault: api-drak }'), /"api-drak" is no fault; there is api-dark/],
  ['a fault without its region', broken('{ at: 1s, fault: api-dark }'), /at region[\s\S]*at when\[0\]/],
  ['a time that is none', broken('{ at: soon, fault: all-apis-dark }'), /"soon" is no time; write it like 250ms/],
  ['an act that there is not', broken('{ at: 1s, act: pray }'), /neither a fault nor an act/],
  ['a policy that the product refuses', broken('', 'policy: { quorum: 1 }'), /given\.policy: .*quorum/s],
  [
    'a beacon with a third region',
    broken('', 'lever: beacon, regions: 3'),
    /given\.policy: .*a beacon knows a home region/s,
  ],
  [
    'a lease that is too short for a beacon',
    broken('', 'lever: beacon, policy: { leaseMs: 60000 }'),
    /leaseMs must be at least 240000/,
  ],
  ['text that is no YAML', 'name: [', /broken\.yaml/],
])('%s is refused with its place and a remedy', (_, text, message) => {
  expect(() => parseScenario(text, 'broken.yaml')).toThrow(ScenarioFault);
  expect(() => parseScenario(text, 'broken.yaml')).toThrow(message);
});
