import type { AwsService } from './service.ts';

/** The one operation by which tools ask who they are. */
export function createSts(): AwsService {
  return {
    id: 'sts',
    operations: {
      // Whoever has other credentials is somebody else: the user is named by the access key.
      GetCallerIdentity: async (_input, { account, accessKey = 'sandbox' }) => ({
        UserId: 'AIDALOOPBACK',
        Account: account,
        Arn: `arn:aws:iam::${account}:user/${accessKey.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64)}`,
      }),
    },
  };
}

const namespace = 'com.amazonaws.sts';
const text = 0;

/** In the form of a client package's exports. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
export const stsSchemas = {
  GetCallerIdentity$: [
    9,
    namespace,
    'GetCallerIdentity',
    0,
    () => [3, namespace, 'GetCallerIdentityRequest', 0, [], []],
    () => [3, namespace, 'GetCallerIdentityResponse', 0, ['UserId', 'Account', 'Arn'], [text, text, text]],
  ],
};
