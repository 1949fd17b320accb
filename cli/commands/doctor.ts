import { type Command, noOperands } from '../command.ts';
import { connect } from '../connection.ts';
import type { Check } from '../doctor/finding.ts';
import { exitCodes } from '../exit-codes.ts';
import { printableLine } from '../printable.ts';

export const doctor: Command = {
  name: 'doctor',
  operands: '',
  summary:
    'what would be in the way of a move, before it matters: alarms, levers from where they are written, hooks, practice',
  options: {},
  example: 'understudy doctor --json',
  async run(invocation) {
    noOperands(invocation);
    await using connection = await connect(invocation);
    const checks = await checksOf();
    const found = await Promise.all(Object.values(checks).map((check) => check(connection)));
    const findings = found.flat();
    if (invocation.values['json'] === true) {
      invocation.out(JSON.stringify({ checks: Object.keys(checks), findings }));
    } else {
      for (const { about, what, why, command } of findings) {
        invocation.out([`${about}: ${what}`, `  why  ${why}`, `  do   ${command}`].map(printableLine).join('\n'));
      }
      const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
      invocation.out(`${findings.length === 0 ? 'nothing' : count}, of ${Object.keys(checks).join(', ')}`);
    }
    return findings.length === 0 ? exitCodes.done : exitCodes.otherwise;
  },
};

/** No other command needs them. */
async function checksOf(): Promise<Readonly<Record<string, Check>>> {
  const [{ alarms }, { functions }, { probes }, { practice }] = await Promise.all([
    import('../doctor/alarms.ts'),
    import('../doctor/functions.ts'),
    import('../doctor/probes.ts'),
    import('../doctor/practice.ts'),
  ]);
  return { alarms, functions, probes, practice };
}
