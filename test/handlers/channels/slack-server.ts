import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { slackWorkspace } from '../../../sandbox/receivers/slack-app.ts';

export const botToken = 'xoxb-1234567890-secretsecret';
export const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5';
export const workspaceIds = { teamId: 'T0123ABCD', channelId: 'C0123ABCD' };

/** Instead of Slack's own answer: `answer` gives that, `take` lets Slack have the call and says nothing. */
type Instead = (response: ServerResponse, slack: { readonly answer: () => void; readonly take: () => void }) => void;

/** A workspace behind HTTP, for one test; the first calls may be answered otherwise. */
export async function slackServer(now: () => number = Date.now) {
  const workspace = slackWorkspace(workspaceIds, { botToken, signingSecret }, now);
  const instead: Instead[] = [];
  const asked: { readonly method: string; readonly form: Readonly<Record<string, string>> }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const method = (request.url ?? '').split('/').at(-1) ?? '';
      asked.push({ method, form: Object.fromEntries(new URLSearchParams(raw.toString('utf8'))) });
      const take = () => workspace.receive(method, request.headers, raw);
      const answer = () => {
        const { status, body } = take();
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      const other = instead.shift();
      if (other === undefined) answer();
      else other(response, { answer, take });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`, workspace, instead, asked };
}

/** Every text of blocks, as a person would see it. */
export function textOf(blocks: unknown): string {
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, member] of Object.entries(value)) {
      if (key === 'text' && typeof member === 'string') texts.push(member);
      else if (key !== 'confirm') collect(member);
    }
  };
  collect(blocks);
  return texts.join('\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
