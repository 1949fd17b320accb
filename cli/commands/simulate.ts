import { type Command, text, UsageError } from '../command.ts';

export const simulate: Command = {
  name: 'simulate',
  operands: '',
  summary: 'play outages in virtual time, against the real decisions, steps and state machine; needs no AWS',
  options: {
    scenario: { value: 'FILE', help: 'a story of your own in YAML; simulation/scenarios has examples' },
    seeds: { value: 'N', help: 'so many stories, drawn from the seeds 1 to N (default: 200)' },
    seed: { value: 'N', help: 'the story of one seed, one line for each event' },
  },
  example: 'understudy simulate --scenario simulation/scenarios/github-2018-43-seconds.yaml',
  async run(invocation) {
    if (invocation.operands.length > 0)
      throw new UsageError(`simulate takes options only, not ${invocation.operands[0]}`);
    const [file, seed, seeds] = [text(invocation, 'scenario'), text(invocation, 'seed'), text(invocation, 'seeds')];
    if ([file, seed, seeds].filter((given) => given !== undefined).length > 1) {
      throw new UsageError('say one of --scenario, --seeds and --seed');
    }
    // The simulation brings the product and the interpreter with it: only this command waits for them.
    const { many, one, scenario } = await import('../simulate/stories.ts');
    if (file !== undefined) return scenario(file, invocation);
    return seed === undefined
      ? many(wholeNumber('seeds', seeds ?? '200'), invocation)
      : one(wholeNumber('seed', seed), invocation);
  },
};

function wholeNumber(option: string, given: string): number {
  const value = Number(given);
  if (given.trim() !== '' && Number.isInteger(value) && value >= 0) return value;
  throw new UsageError(`--${option} takes a whole number, not ${given}`);
}
