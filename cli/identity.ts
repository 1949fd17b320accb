import type { Region } from '../core/brand.ts';
import { unproven } from '../core/person.ts';
import { snsClient } from '../handlers/channels/sns.ts';
import { operator } from './operator.ts';

/** As long as a person waits for their own name. */
const timeoutMs = 3_000;

const known = new Map<string, Promise<string>>();

/**
 * Who works here, as AWS knows them: what GetCallerIdentity answers needs no permission, and the name of an account on a laptop
 * proves nothing. Where AWS does not say in time that is said, with the name on this machine.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function identityIn(region: Region, endpoint: string | null): Promise<string> {
  const key = `${region} ${endpoint}`;
  const asked =
    known.get(key) ?? callerIdentity(region, endpoint).catch(() => unproven(`${operator()} on this machine`));
  known.set(key, asked);
  return asked;
}

/** Signed by the signer that another client of the SDK makes: the SDK's own client of STS is not among ours. */
async function callerIdentity(region: Region, endpoint: string | null): Promise<string> {
  const client = snsClient(region, { attempts: 1 });
  try {
    const url = new URL(
      endpoint ?? `https://sts.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`,
    );
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const signer = await client.config.signer({
      name: 'sigv4',
      signingName: 'sts',
      signingRegion: region,
      properties: {},
    });
    const signed = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      ...(url.port !== '' && { port: Number(url.port) }),
      path: '/',
      query: {},
      headers: { host: url.host, 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
    } as never);
    const { headers } = signed as { headers: Record<string, string> };
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    const arn = /<Arn>([^<]{1,2048})<\/Arn>/.exec(await answer.text())?.[1];
    if (!answer.ok || arn === undefined) throw new Error(`STS answered ${answer.status}`);
    return arn;
  } finally {
    client.destroy();
  }
}
