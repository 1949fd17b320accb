import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Command, noOperands, type OptionHelp, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { answersOf, questions } from '../init/answers.ts';
import { filesFor } from '../init/files.ts';

export const init: Command = {
  name: 'init',
  operands: '',
  summary: 'write a configuration, a CDK entry, a test that loses a region and a workflow; asks at most six questions',
  options: Object.fromEntries(
    Object.values(questions).map(({ option, ask, otherwise }): [string, OptionHelp] => [
      option,
      { value: 'TEXT', help: `${ask}${otherwise === undefined ? '' : ` (default: ${otherwise})`}` },
    ]),
  ),
  example:
    'understudy init --front-door https://orders.example.com --api https://orders-{region}.example.com --account 123456789012',
  async run(invocation) {
    noOperands(invocation);
    const answers = await answersOf(invocation);
    if (!answers.api.includes('{region}')) {
      throw new UsageError(`--api is ${answers.api}, without {region}: each region has an address of its own`);
    }
    const files = filesFor(answers, existsSync);
    const there = Object.keys(files).filter((file) => existsSync(file));
    if (there.length > 0) throw new UsageError(`${there.join(', ')} is there already; nothing was written`);
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    if (invocation.values['json'] === true) invocation.out(JSON.stringify({ written: Object.keys(files) }));
    else for (const line of told(Object.keys(files))) invocation.out(line);
    return exitCodes.done;
  },
};

const told = (files: readonly string[]): string[] => [
  ...files.map((file) => `wrote ${file}`),
  '',
  'Next:',
  files.includes('package.json')
    ? '  npm install'
    : '  npm install --save-dev understudy-failover aws-cdk-lib constructs',
  '  npx understudy check   # what holds, with every default',
  '  npx understudy play    # lose the home region, on this machine',
  '  node --test            # the same as a test',
  ...(files.includes('cdk.json') ? [] : ["  and in your CDK app: new Understudy(app, 'Understudy', { failover })"]),
];
