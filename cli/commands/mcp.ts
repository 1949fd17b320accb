import { once } from 'node:events';
import { type Command, type Invocation, noOperands } from '../command.ts';
import { exitCodes } from '../exit-codes.ts';

export const mcp: Command = {
  name: 'mcp',
  operands: '',
  summary: 'a door for agents, by the Model Context Protocol on standard input and output: they read, and propose',
  options: {},
  example: 'understudy mcp --endpoint http://127.0.0.1:4566',
  run,
};

async function run(invocation: Invocation): Promise<number> {
  noOperands(invocation);
  // Loaded here: no other command needs the protocol.
  const [{ StdioServerTransport }, { mcpServer }, { default: about }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('../mcp/server.ts'),
    import('../../package.json', { with: { type: 'json' } }),
  ]);
  const { values, signal } = invocation;
  const server = mcpServer(about.version, { values, signal });
  const closed = once(process.stdin, 'close');
  await server.connect(new StdioServerTransport());
  await Promise.race([closed, once(signal, 'abort')]);
  await server.close();
  return signal.aborted ? exitCodes.interrupted : exitCodes.done;
}
