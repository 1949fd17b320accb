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
    'Exit status: 0 done as asked · 1 ended otherwise (held, refused, rolled back) · 2 wrong command or configuration ·',
    '3 AWS or the sandbox could not be reached · 130 interrupted',
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
    `Example: ${example}`,
  ].join('\n');
}

function optionLines(options: Readonly<Record<string, OptionHelp>>): string[] {
  const shown = Object.entries(options).map(([name, { value, help }]) => [
    `--${name}${value === undefined ? '' : ` ${value}`}`,
    help,
  ]);
  const width = Math.max(...shown.map(([flag = '']) => flag.length));
  return shown.map(([flag = '', help = '']) => `  ${flag.padEnd(width)}  ${help}`);
}
