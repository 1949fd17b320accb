import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { identityIn } from '../../cli/identity.ts';
import { operator } from '../../cli/operator.ts';
import { region } from '../../core/brand.ts';

const here = region('us-west-2');
const onThisMachine = `unknown (${operator()} on this machine)`;

beforeAll(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY');
});

async function sts(answer: RequestListener) {
  const asked: { authorization: string | undefined; body: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ authorization: request.headers.authorization, body });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** As STS answers; https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const arn = 'arn:aws:sts::123456789012:assumed-role/on-call/ada@example.com';
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>${arn}</Arn>
    <UserId>AROAEXAMPLE:ada@example.com</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>`;
const expired = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error>
  <RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId>
</ErrorResponse>`;

describe('who works here', () => {
  test('is whom STS says, asked once with a signed request', async () => {
    const { url, asked } = await sts((_, response) =>
      response.writeHead(200, { 'content-type': 'text/xml' }).end(identity),
    );

    expect(await Promise.all([identityIn(here, url), identityIn(here, url)])).toEqual([arn, arn]);
    expect(asked).toEqual([
      {
        authorization: expect.stringMatching(
          /^AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE\/\d{8}\/us-west-2\/sts\//,
        ),
        body: 'Action=GetCallerIdentity&Version=2011-06-15',
      },
    ]);
  });

  test.each<[string, RequestListener]>([
    ['refuses', (_, response) => response.writeHead(403, { 'content-type': 'text/xml' }).end(expired)],
    ['is not well', (_, response) => response.writeHead(503).end()],
    ['is somebody else', (_, response) => response.writeHead(200).end('<html>Welcome to the guest network</html>')],
    ['sends elsewhere', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end()],
    ['hangs up', (request) => request.destroy()],
    // Longer than a person waits for their own name.
    ['never answers', () => {}],
  ])('is the account on this machine, said to be unknown, where STS %s', async (_, answer) => {
    const { url } = await sts(answer);

    expect(await identityIn(here, url)).toBe(onThisMachine);
  });

  test('is that, too, where nobody listens', async () => {
    expect(await identityIn(here, 'http://127.0.0.1:1')).toBe(onThisMachine);
  });
});
