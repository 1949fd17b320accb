import type { ActAbout, ActOption, ActRequest } from '../../console/view.ts';
import type { Command, Invocation } from '../command.ts';
import { acknowledge } from '../commands/acknowledge.ts';
import { approve, decline } from '../commands/approve.ts';
import { drill } from '../commands/drill.ts';
import { evacuate, returnTo } from '../commands/evacuate.ts';
import { fence } from '../commands/fence.ts';
import { freeze, thaw } from '../commands/freeze.ts';
import { pause, resume } from '../commands/pause.ts';
import { record } from '../commands/record.ts';
import { rehearse, start } from '../commands/start.ts';
import { stay } from '../commands/stay.ts';
import { unfence } from '../commands/unfence.ts';
import { exitCodes } from '../exit-codes.ts';
import { Unreachable } from '../unreachable.ts';

/** A command of the command line, as the page offers it. */
interface Offered {
  readonly command: Command;
  readonly subject: ActAbout['subject'];
  readonly confirm: boolean;
  /** Options without which it is not begun. */
  readonly required: readonly string[];
}

const offered: readonly Offered[] = [
  { command: rehearse, subject: 'service', confirm: false, required: [] },
  { command: start, subject: 'service', confirm: true, required: ['reason'] },
  { command: drill, subject: 'service', confirm: true, required: ['reason'] },
  { command: approve, subject: 'service', confirm: true, required: [] },
  { command: decline, subject: 'service', confirm: false, required: [] },
  { command: acknowledge, subject: 'service', confirm: false, required: [] },
  { command: pause, subject: 'service', confirm: true, required: ['reason'] },
  { command: resume, subject: 'service', confirm: false, required: [] },
  { command: record, subject: 'service', confirm: true, required: ['moved-to', 'reason'] },
  { command: stay, subject: 'service', confirm: false, required: ['reason'] },
  { command: evacuate, subject: 'region', confirm: true, required: ['reason'] },
  { command: returnTo, subject: 'region', confirm: true, required: ['reason'] },
  { command: fence, subject: 'region', confirm: true, required: ['reason'] },
  { command: unfence, subject: 'region', confirm: true, required: [] },
  { command: freeze, subject: 'region', confirm: true, required: ['until', 'reason'] },
  { command: thaw, subject: 'region', confirm: false, required: [] },
];

/** What the page offers, with the commands' own help. */
export const actsAbout: readonly ActAbout[] = offered.map(({ command, subject, confirm, required }) => ({
  name: command.name,
  summary: command.summary,
  subject,
  confirm,
  options: Object.entries(command.options).map(([name, { value, help }]) => ({
    name,
    kind: kindOf(value),
    help,
    required: required.includes(name),
  })),
}));

function kindOf(value: string | undefined): ActOption['kind'] {
  if (value === undefined) return 'switch';
  return value === 'REGION' ? 'region' : 'text';
}

/** Does what the command line does, with the options that say which deployment is meant. Resolves to the exit status. */
export async function perform(
  { name, subject, values }: ActRequest,
  say: (line: string) => void,
  { values: common, signal }: Pick<Invocation, 'values' | 'signal'>,
): Promise<number> {
  const act = offered.find(({ command }) => command.name === name);
  if (act === undefined) throw new Error(`the console does not do ${name}`);
  try {
    return await act.command.run({ operands: [subject], values: { ...common, ...values }, out: say, err: say, signal });
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return error instanceof Unreachable ? exitCodes.unreachable : exitCodes.usage;
  }
}
