import { type Command, common, type OptionHelp } from './command.ts';

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name, operands }) => `${name} ${operands}`.length));
  return [
    'understudy: hands-off regional failover for APIs on AWS',
    '',
    'Usage: understudy <command> [options]',
    '',
    ...commands.map(({ name, operands, summary }) => `  ${`${name} ${operands}`.padEnd(width)}  ${summary}`),
    '',
    'Options of every command:',
    ...optionLines(common),
    '',
    ...exitStatus,
    '',
    'More about one: understudy <command> --help   ·   which version: understudy --version',
  ].join('\n');
}

export function helpOf({ name, operands, summary, options, example }: Command): string {
  return [
    `understudy ${name} ${operands}`.trimEnd(),
    '',
    `  ${summary}`,
    '',
    ...(Object.keys(options).length === 0 ? [] : ['Options:', ...optionLines(options), '']),
    'Options of every command:',
    ...optionLines(common),
    '',
    ...exitStatus,
    '',
    `Example: ${example}`,
  ].join('\n');
}

const exitStatus = [
  'Exit status:',
  '  0    done as asked',
  '  1    ended, and not as asked: held, refused, rolled back, failed; or the play was not verified',
  '  2    the command or the configuration is wrong; nothing was done',
  '  3    AWS or the sandbox could not be reached, or a lever could not be read',
  '  130  interrupted; what it started is gone',
];

function optionLines(options: Readonly<Record<string, OptionHelp>>): string[] {
  const shown = Object.entries(options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...shown.map(([flag = '']) => flag.length));
  return shown.map(([flag = '', help = '']) => `  ${flag.padEnd(width)}  ${help}`);
}
