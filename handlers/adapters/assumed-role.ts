import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Assume } from '../../core/assume.ts';
import { awsClient, type Reach } from './client-settings.ts';
import type { RoleCredentials } from './role-credentials.ts';
import { isOurMistake, nameOf } from './vendor-error.ts';

/** The role was not assumed, so nothing was done with it. Its name is STS's where STS says that the mistake is ours. */
export class RoleNotAssumed extends Error {
  override readonly name: string;
  /** Nobody was asked for anything with it. */
  readonly didNothing = true;

  constructor(roleArn: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(`the role ${roleArn} was not assumed: ${said}`, { cause });
    this.name = isOurMistake(cause) ? nameOf(cause) : 'RoleNotAssumed';
  }
}

/** One attempt, because whoever calls makes another one, or asks another endpoint. In the caller's own region: STS is regional. */
export function stsClient(region: string, reach: Partial<Reach> = {}): STSClient {
  const usual = { connectMs: 1_000, answerMs: 1_200, attempts: 1 };
  return awsClient(region, { ...usual, ...reach }, (settings) => new STSClient(settings));
}

/** STS refuses a session that is longer where one role assumes another. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining */
const sessionSeconds = 3_600;

/** As the SDK has it for its own: from then on it asks anew at each call. */
const renewBeforeMs = 5 * 60_000;

/**
 * Credentials of a role, kept until five minutes before they end. Where STS does not answer then, those that are still good go on being
 * used. Rejects with `RoleNotAssumed`. Asked by several at a time, it asks once.
 */
export function assumedRole(
  { roleArn, externalId }: Assume,
  {
    client,
    session,
    now = Date.now,
  }: { readonly client: STSClient; readonly session: string; readonly now?: () => number },
): () => Promise<RoleCredentials> {
  let kept: RoleCredentials | null = null;
  let asking: Promise<RoleCredentials> | null = null;
  const leftMs = () => (kept === null ? 0 : kept.expiration.getTime() - now());

  async function ask(): Promise<RoleCredentials> {
    const { Credentials } = await client.send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        ExternalId: externalId,
        RoleSessionName: session,
        DurationSeconds: sessionSeconds,
      }),
    );
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = Credentials ?? {};
    if (Expiration === undefined) throw new Error('STS answered without credentials');
    return {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
      expiration: Expiration,
    };
  }

  return async () => {
    if (kept !== null && leftMs() > renewBeforeMs) return kept;
    asking ??= ask().finally(() => {
      asking = null;
    });
    try {
      kept = await asking;
      return kept;
    } catch (error) {
      if (kept !== null && leftMs() > 0) return kept;
      throw new RoleNotAssumed(roleArn, error);
    }
  };
}

const known = new Map<string, () => Promise<RoleCredentials>>();

/** The same for all who reach into one account by one role from a region. `undefined` where no role is assumed. */
export function credentialsOf(
  assume: Assume | undefined,
  region: string,
): (() => Promise<RoleCredentials>) | undefined {
  if (assume === undefined) return undefined;
  const { roleArn, externalId, endpoint } = assume;
  const key = JSON.stringify([region, roleArn, externalId, endpoint]);
  const credentials =
    known.get(key) ?? assumedRole(assume, { client: stsClient(region, { endpoint }), session: sessionName });
  known.set(key, credentials);
  return credentials;
}

/** As the other account's records name the session. */
const sessionName = 'understudy';
