import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readyClients } from '../../../handlers/ready/clients.ts';

// The clients of the function find their credentials where Lambda puts them.
process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';

/** One call as it came over the wire: by the action of a query or the target of JSON, with its region. */
export interface Heard {
  readonly action: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Answers XML to queries and JSON to targets, as the services do; throws `Refused` for an error. */
export type Answer = (heard: Heard) => string | object;

export class Refused extends Error {}

/** RDS, EC2 Auto Scaling and ECS on a socket, for the SDK's own clients. What each says is in the form that the service's model has. */
export async function played(answer: Answer) {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    const call = await read(request);
    heard.push(call);
    try {
      const body = answer(call);
      const isXml = typeof body === 'string';
      response.writeHead(200, { 'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.1' });
      response.end(isXml ? body : JSON.stringify(body));
    } catch (error) {
      const { message } = error as Error;
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        `<ErrorResponse><Error><Type>Sender</Type><Code>${message}</Code><Message>${message}</Message></Error></ErrorResponse>`,
      );
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    heard,
    clients: readyClients({ endpoint, attempts: 1 }),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<Heard> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const region = /Credential=[^/]+\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string')
    return { action: target.split('.').at(-1) ?? '', region, input: JSON.parse(text) as Heard['input'] };
  const input = Object.fromEntries(new URLSearchParams(text));
  return { action: input['Action'] ?? '', region, input };
}

/** Time that passes only where somebody waits. */
export function around(forMs = 60_000) {
  let now = 1_700_000_000_000;
  return {
    now: () => now,
    wait: async (ms: number) => {
      now += ms;
    },
    until: now + forMs,
  };
}
