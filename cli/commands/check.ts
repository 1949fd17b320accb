import { sourceOf } from '../../config/define-failover.ts';
import { loadStages, loadWithInput } from '../../config/load.ts';
import { type Command, noOperands } from '../command.ts';
import { configFile, stageOf } from '../configuration.ts';
import { exitCodes } from '../exit-codes.ts';

export const check: Command = {
  name: 'check',
  operands: '',
  summary: 'check the configuration, and show all that holds by it, defaults included; asks nobody',
  options: {},
  example: 'understudy check --config understudy.config.ts',
  async run(invocation) {
    noOperands(invocation);
    const file = configFile(invocation);
    const stage = stageOf(invocation);
    const { failover, input } = await loadWithInput(file, { stage });
    const others = (await loadStages(file)).flatMap((each) => each.stage ?? []).filter((name) => name !== stage);
    const settings = settingsOf(failover, input);
    if (invocation.values['json'] === true)
      invocation.out(JSON.stringify({ file, ...(stage !== undefined && { stage }), settings }));
    else {
      const width = Math.max(...settings.map(({ path }) => path.length));
      for (const { path, value, from } of settings) {
        invocation.out(`${path.padEnd(width)}  ${JSON.stringify(value)}${from === 'written' ? '' : `  (${from})`}`);
      }
      const defaults = settings.filter(({ from }) => from === 'default').length;
      invocation.out(
        `${sourceOf(file, stage)} is valid: ${settings.length - defaults} settings are written there, ${defaults} are defaults`,
      );
      if (others.length > 0) invocation.out(`valid too: ${others.map((name) => `stage ${name}`).join(', ')}`);
    }
    return exitCodes.done;
  },
};

/** One value of a configuration as it holds, and whether somebody wrote it. */
export interface Setting {
  /** `services[0].policy.dwellMs` */
  readonly path: string;
  readonly value: unknown;
  /** `made of it` where something else is written, which leads to this. */
  readonly from: 'written' | 'made of it' | 'default';
}

/** Every value of `holding`, in its order; `written` is what a person wrote. */
export function settingsOf(holding: unknown, written: unknown, path = ''): readonly Setting[] {
  if (Array.isArray(holding) && holding.length > 0) {
    const parts = Array.isArray(written) ? written : [];
    return holding.flatMap((each, index) => settingsOf(each, parts[index], `${path}[${index}]`));
  }
  if (typeof holding === 'object' && holding !== null && Object.keys(holding).length > 0) {
    const parts = (typeof written === 'object' && written !== null ? written : {}) as Readonly<Record<string, unknown>>;
    return Object.entries(holding).flatMap(([name, each]) =>
      each === undefined ? [] : settingsOf(each, parts[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (written === undefined) return [{ path, value: holding, from: 'default' }];
  return [
    { path, value: holding, from: JSON.stringify(holding) === JSON.stringify(written) ? 'written' : 'made of it' },
  ];
}
