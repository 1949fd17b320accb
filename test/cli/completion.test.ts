import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import type { Command } from '../../cli/command.ts';
import { bashCompletion, zshCompletion } from '../../cli/commands/completion.ts';

const command = (name: string, options: Command['options']): Command => ({
  name,
  operands: '',
  summary: `it’s what '${name}' does: [much]`,
  options,
  example: '',
  run: async () => 0,
});
const commands = [
  command('status', { 'no-look': { help: "don't [look]: at all" } }),
  command('start', { to: { value: 'REGION', help: 'where to' }, out: { value: 'FILE', help: 'a file' } }),
];

/** What bash itself would offer. */
function offered(...words: string[]): string[] {
  const script = `${bashCompletion(commands)}
COMP_WORDS=(understudy ${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_understudy
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).split('\n').filter(Boolean);
}

describe('bash', () => {
  test.each([
    [['sta'], ['status', 'start']],
    [['star'], ['start']],
    [['start', '--to'], ['--to']],
    [['status', '--no'], ['--no-look']],
    [['start', 'orders', '--js'], ['--json']],
    [['start', '--out', 'package.js'], ['package.json']],
  ])('offers for %j what there is: %j', (words, found) => {
    expect(offered(...words)).toEqual(found);
  });
});

describe('zsh', () => {
  test('is offered every command and option, each quoted whole', () => {
    const script = zshCompletion(commands);

    expect(script).toContain("'status:it’s what '\\''status'\\'' does: [much]'");
    expect(script).toContain("'--no-look[don'\\''t \\[look\\]\\: at all]'");
    expect(script).toContain("'--out[a file]:FILE:_files'");
    // The quoting is that of every shell of this family: one of them must be able to read it.
    expect(
      spawnSync('bash', ['-n'], { input: script.replaceAll(/^ {4}local -a .*=\($/gm, '    commands=(') }).status,
    ).toBe(0);
  });
});
