import { createInterface } from 'node:readline/promises';
import { type Invocation, text, UsageError } from '../command.ts';

/** What `init` has to know. */
export interface Answers {
  readonly service: string;
  readonly home: string;
  readonly standby: string;
  readonly frontDoor: string;
  /** With `{region}` in it. */
  readonly api: string;
  readonly account: string;
}

/** By the option that says it: what a person is asked, and what is taken where the answer is empty. */
export const questions: Readonly<
  Record<keyof Answers, { readonly option: string; readonly ask: string; readonly otherwise?: string }>
> = {
  service: { option: 'service', ask: 'name of the service', otherwise: 'orders' },
  home: { option: 'home', ask: 'its home region', otherwise: 'us-east-1' },
  standby: { option: 'standby', ask: 'the region that takes over', otherwise: 'us-west-2' },
  frontDoor: { option: 'front-door', ask: 'the address that callers use, such as https://orders.example.com' },
  api: { option: 'api', ask: 'the address of a regional API, such as https://orders-{region}.example.com' },
  account: { option: 'account', ask: 'the AWS account, twelve digits' },
};

/** From options, from what was found, and what both leave open from the person at the terminal. Throws `UsageError` where there is none. */
export async function answersOf(
  invocation: Invocation,
  found: Partial<Answers> = {},
  terminal: { readonly isTTY?: boolean } = process.stdin,
): Promise<Answers> {
  const names = Object.keys(questions) as (keyof Answers)[];
  const given = new Map(names.map((name) => [name, text(invocation, questions[name].option) ?? found[name]]));
  const open = names.filter((name) => given.get(name) === undefined);
  const isAsked = terminal.isTTY === true && invocation.values['json'] !== true;
  if (!isAsked) {
    const missing = open.filter((name) => questions[name].otherwise === undefined);
    if (missing.length > 0) {
      const options = missing.map((name) => `--${questions[name].option}`).join(', ');
      throw new UsageError(`there is no terminal to ask at: say ${options}`);
    }
    for (const name of open) given.set(name, questions[name].otherwise);
  } else {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    try {
      for (const name of open) given.set(name, await asked(lines, questions[name], invocation.signal));
    } finally {
      lines.close();
    }
  }
  return Object.fromEntries(given) as unknown as Answers;
}

async function asked(
  lines: { question(query: string, options: { signal: AbortSignal }): Promise<string> },
  { ask, otherwise }: { readonly ask: string; readonly otherwise?: string },
  signal: AbortSignal,
): Promise<string> {
  for (;;) {
    const answer = (
      await lines.question(`${ask}${otherwise === undefined ? '' : ` (${otherwise})`}: `, { signal })
    ).trim();
    if (answer !== '') return answer;
    if (otherwise !== undefined) return otherwise;
  }
}
