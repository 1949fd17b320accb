import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Command, noOperands, type OptionHelp, text, UsageError } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Answers, answersOf, questions } from '../init/answers.ts';
import { filesFor } from '../init/files.ts';
import { type Found, foundIn } from '../init/template.ts';

export const init: Command = {
  name: 'init',
  operands: '',
  summary: 'write a configuration, a CDK entry, a test that loses a region and a workflow; asks at most six questions',
  options: {
    'from-template': {
      value: 'FILE',
      help: 'what a synthesis wrote, cdk.out or one template: its distribution and regional APIs are answers',
    },
    ...Object.fromEntries(
      Object.values(questions).map(({ option, ask, otherwise }): [string, OptionHelp] => [
        option,
        { value: 'TEXT', help: `${ask}${otherwise === undefined ? '' : ` (default: ${otherwise})`}` },
      ]),
    ),
  },
  example:
    'understudy init --front-door https://orders.example.com --api https://orders-{region}.example.com --account 123456789012',
  async run(invocation) {
    noOperands(invocation);
    const template = text(invocation, 'from-template');
    const found = template === undefined ? undefined : await foundIn(template);
    if (found !== undefined && invocation.values['json'] !== true) {
      for (const line of foundLines(found)) invocation.out(line);
    }
    const answers = await answersOf(invocation, found && withApi(found));
    const isKnown = [answers.home, answers.standby].every((region) => found?.endpoints[region] !== undefined);
    if (!isKnown && !answers.api.includes('{region}')) {
      throw new UsageError(`--api is ${answers.api}, without {region}: each region has an address of its own`);
    }
    const files = filesFor(answers, existsSync, text(invocation, 'api') === undefined ? found : undefined);
    const there = Object.keys(files).filter((file) => existsSync(file));
    if (there.length > 0) throw new UsageError(`${there.join(', ')} is there already; nothing was written`);
    for (const [file, content] of Object.entries(files)) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, content);
    }
    if (invocation.values['json'] === true) invocation.out(JSON.stringify({ written: Object.keys(files) }));
    else for (const line of told(Object.keys(files))) invocation.out(line);
    return exitCodes.done;
  },
};

/** Addresses that follow no pattern need none. */
const withApi = ({ answers, endpoints }: Found): Partial<Answers> =>
  answers.api === undefined && Object.keys(endpoints).length > 1 ? { ...answers, api: 'as found' } : answers;

const foundLines = ({ answers, endpoints, origins }: Found): string[] => [
  ...Object.entries(answers).map(([name, value]) => `found ${name}: ${value}`),
  ...Object.entries(endpoints).map(([region, url]) => `found ${region}: ${url}`),
  ...Object.entries(origins).map(([region, id]) => `found the origin of ${region}: ${id}`),
];

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
