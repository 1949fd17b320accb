import type { Iam } from '../iam/iam.ts';
import { AwsError, type AwsService, type Call } from './service.ts';

/** By which tools ask who they are, and roles are assumed, in whichever account. */
export function createSts({ iam, now }: { readonly iam: Iam; readonly now: () => number }): AwsService {
  return {
    id: 'sts',
    operations: {
      // Whoever has other credentials is somebody else: the user is named by the access key.
      GetCallerIdentity: async (_input, { account, accessKey = 'sandbox', caller }: Call) =>
        caller?.kind === 'role'
          ? { UserId: `AROALOOPBACK:${caller.session}`, Account: account, Arn: iam.sessionArn(caller) }
          : {
              UserId: 'AIDALOOPBACK',
              Account: account,
              Arn: `arn:aws:iam::${account}:user/${accessKey.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64)}`,
            },

      async AssumeRole(
        { RoleArn, RoleSessionName, ExternalId, DurationSeconds = 3_600 }: AssumeRole,
        { caller }: Call,
      ) {
        const session = { roleArn: RoleArn, session: RoleSessionName };
        if (DurationSeconds < 900 || DurationSeconds > 43_200) {
          throw new AwsError('ValidationError', 'DurationSeconds must be between 900 and 43200');
        }
        // People's own credentials may do everything.
        if (caller?.kind === 'role') iam.assume(caller, RoleArn, ExternalId);
        return {
          Credentials: {
            AccessKeyId: iam.accessKey(session),
            SecretAccessKey: 'loopback',
            SessionToken: 'loopback',
            Expiration: new Date(now() + DurationSeconds * 1_000),
          },
          AssumedRoleUser: { AssumedRoleId: `AROALOOPBACK:${RoleSessionName}`, Arn: iam.sessionArn(session) },
        };
      },
    },
  };
}

interface AssumeRole {
  readonly RoleArn: string;
  readonly RoleSessionName: string;
  readonly ExternalId?: string;
  readonly DurationSeconds?: number;
}
