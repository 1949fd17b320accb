import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Region } from '../core/brand.ts';
import { unproven } from '../core/person.ts';
import { stsClient } from '../handlers/adapters/assumed-role.ts';
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

async function callerIdentity(region: Region, endpoint: string | null): Promise<string> {
  const client = stsClient(region, { answerMs: timeoutMs, ...(endpoint !== null && { endpoint }) });
  try {
    const { Arn } = await client.send(new GetCallerIdentityCommand({}));
    if (Arn === undefined) throw new Error('STS answered without a name');
    return Arn;
  } finally {
    client.destroy();
  }
}
