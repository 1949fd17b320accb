import { AwsError, type AwsService, type Call } from './service.ts';

interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly version: number;
  readonly text: string;
  readonly at: Date;
}

export interface Secrets extends AwsService {
  /** What a secret holds in a region, by name or ARN, whatever answers there; undefined where there is none. */
  text(id: string, region: string): string | undefined;
}

/** Secrets Manager: each region has its own, under ARNs that end in six characters which nobody chooses. */
export function createSecrets({ now, random }: { readonly now: () => number; readonly random: () => number }): Secrets {
  const secrets = new Map<string, Secret>();
  const find = (id: string, region: string): Secret | undefined =>
    secrets.get(`${region} ${id}`) ??
    [...secrets].find(([key, { arn }]) => key.startsWith(`${region} `) && arn === id)?.[1];
  const existing = (id: string, { region }: Call): Secret => {
    const found = find(id, region);
    if (found !== undefined) return found;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  };
  const put = (secret: Secret, { region }: Call) => {
    secrets.set(`${region} ${secret.name}`, secret);
    return { ARN: secret.arn, Name: secret.name, VersionId: versionId(secret) };
  };
  const suffix = () => Array.from({ length: 6 }, () => letters[Math.floor(random() * letters.length)]).join('');

  return {
    id: 'secretsmanager',
    text: (id, region) => find(id, region)?.text,
    operations: {
      async CreateSecret({ Name, SecretString = '' }: { Name: string; SecretString?: string }, call) {
        const { region, account } = call;
        if (secrets.has(`${region} ${Name}`)) {
          const message = `The operation failed because the secret ${Name} already exists.`;
          throw new AwsError('ResourceExistsException', message);
        }
        const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${Name}-${suffix()}`;
        return put({ name: Name, arn, version: 1, text: SecretString, at: new Date(now()) }, call);
      },

      async PutSecretValue({ SecretId, SecretString = '' }: { SecretId: string; SecretString?: string }, call) {
        const before = existing(SecretId, call);
        const after = { ...before, version: before.version + 1, text: SecretString, at: new Date(now()) };
        return { ...put(after, call), VersionStages: ['AWSCURRENT'] };
      },

      async GetSecretValue({ SecretId }: { SecretId: string }, call) {
        const secret = existing(SecretId, call);
        return {
          ARN: secret.arn,
          Name: secret.name,
          VersionId: versionId(secret),
          SecretString: secret.text,
          VersionStages: ['AWSCURRENT'],
          CreatedDate: secret.at,
        };
      },
    },
  };
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Of the form that AWS has: a UUID. */
const versionId = ({ version }: Secret): string => `00000000-0000-4000-8000-${version.toString(16).padStart(12, '0')}`;
