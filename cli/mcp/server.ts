import { McpServer } from '@modelcontextprotocol/server';
import type { Invocation } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';
import { printable } from '../printable.ts';
import { proposalSchema, propose } from './propose.ts';
import { readTools } from './tools.ts';

/** What a tool says, as the protocol has it. */
interface Said {
  [member: string]: unknown;
  readonly content: { type: 'text'; text: string }[];
  readonly isError?: boolean;
}

/**
 * The tools that an agent has: commands that read, and a proposal. Nothing is connected to before a tool is called, because a client may start
 * the command twice. `invocation` says which deployment is meant.
 */
export function mcpServer(version: string, invocation: Pick<Invocation, 'values' | 'signal'>): McpServer {
  const server = new McpServer({ name: 'understudy', version });
  for (const { command, description, input, readOnly, invocation: given } of readTools) {
    server.registerTool(
      command.name,
      {
        title: command.name,
        description,
        inputSchema: input,
        annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: readOnly, openWorldHint: false },
      },
      (asked) => {
        const { operands, values } = given(asked);
        return saying(invocation, (whole) =>
          command.run({ ...whole, operands, values: { ...invocation.values, ...values } }),
        );
      },
    );
  }
  server.registerTool(
    'propose_start',
    {
      title: 'propose a move',
      description:
        'Says how a person would move a service to another region, and what is known now. Moves nothing: show the person the whole answer.',
      inputSchema: proposalSchema,
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    (proposal) =>
      saying(invocation, async (whole) => {
        whole.out(await propose(proposal, whole));
        return exitCodes.done;
      }),
  );
  return server;
}

/** Everything that a command says, as one text. Its mistakes are answers too, so that the agent can mend its question. */
async function saying(
  { values, signal }: Pick<Invocation, 'values' | 'signal'>,
  run: (invocation: Invocation) => Promise<number>,
): Promise<Said> {
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  try {
    const status = await run({ operands: [], values, signal, out: say, err: say });
    return answer(said, status !== exitCodes.done);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return answer(said, true);
  }
}

const answer = (said: readonly string[], isError: boolean): Said => ({
  content: [{ type: 'text', text: printable(said.join('\n')) }],
  ...(isError && { isError }),
});
