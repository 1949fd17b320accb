import { type Command, text, UsageError } from '../command.ts';
import { number } from '../number.ts';

export const simulate: Command = {
  name: 'simulate',
  operands: '',
  summary: 'play outages in virtual time, against the real decisions, steps and state machine; needs no AWS',
  options: {
    scenario: {
      value: 'FILE',
      help: 'a story of your own in YAML, as docs/scenarios.md says; simulation/scenarios has examples',
    },
    seeds: { value: 'N', help: 'so many stories, drawn from the seeds 1 to N (default: 200)' },
    seed: { value: 'N', help: 'the story of one seed, one line for each event' },
  },
  example: 'understudy simulate --scenario simulation/scenarios/github-2018-43-seconds.yaml',
  async run(invocation) {
    if (invocation.operands.length > 0)
      throw new UsageError(`simulate takes options only, not ${invocation.operands[0]}`);
    const given = (['scenario', 'seed', 'seeds'] as const).filter((option) => text(invocation, option) !== undefined);
    if (given.length > 1) {
      throw new UsageError('say one of --scenario, --seeds and --seed');
    }
    // The simulation brings the product and the interpreter with it: only this command waits for them.
    const { many, one, scenario } = await import('../simulate/stories.ts');
    const file = text(invocation, 'scenario');
    if (file !== undefined) return scenario(file, invocation);
    return given.includes('seed')
      ? one(number(invocation, 'seed', { least: 0, otherwise: 0, whole: true }), invocation)
      : many(number(invocation, 'seeds', { least: 0, otherwise: 200, whole: true }), invocation);
  },
};
