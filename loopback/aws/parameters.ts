import { AwsError, type AwsService, type Call } from './service.ts';

interface Parameter {
  readonly Name: string;
  readonly Type: string;
  readonly Value: string;
  readonly Version: number;
  readonly LastModifiedDate: Date;
  readonly ARN: string;
  readonly DataType: string;
}

export interface Parameters extends AwsService {
  /** What lies under a name in a region, in the clear, whatever answers there; undefined where nothing does. */
  value(name: string, region: string): string | undefined;
}

/** Parameter Store: each region has its own. A SecureString is not encrypted here, and given in the clear only to who asks for that. */
export function createParameters(now: () => number): Parameters {
  const parameters = new Map<string, Parameter>();
  const key = ({ region }: Pick<Call, 'region'>, name: string) => `${region} ${name}`;

  return {
    id: 'ssm',
    value: (name, region) => parameters.get(key({ region }, name))?.Value,
    operations: {
      async PutParameter({ Name, Value, Type, Overwrite = false }: PutInput, call) {
        const before = parameters.get(key(call, Name));
        if (before !== undefined && !Overwrite) {
          throw new AwsError(
            'ParameterAlreadyExists',
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          );
        }
        if (before === undefined && Type === undefined) {
          throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
        }
        const Version = (before?.Version ?? 0) + 1;
        parameters.set(key(call, Name), {
          Name,
          Type: Type ?? before?.Type ?? 'String',
          Value,
          Version,
          LastModifiedDate: new Date(now()),
          ARN: parameterArn(Name, call),
          DataType: 'text',
        });
        return { Version, Tier: 'Standard' };
      },

      async GetParameter({ Name, WithDecryption = false }: { Name: string; WithDecryption?: boolean }, call) {
        const found = parameters.get(key(call, Name));
        if (found === undefined) throw notFound();
        const hidden = found.Type === 'SecureString' && !WithDecryption;
        return { Parameter: hidden ? { ...found, Value: 'encrypted' } : found };
      },

      async DeleteParameter({ Name }: { Name: string }, call) {
        if (!parameters.delete(key(call, Name))) throw notFound();
        return {};
      },
    },
  };
}

interface PutInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: string;
  readonly Overwrite?: boolean;
}

/** A name with a slash at its beginning has one in the ARN all the same. */
export const parameterArn = (name: string, { region, account }: Pick<Call, 'region' | 'account'>): string =>
  `arn:aws:ssm:${region}:${account}:parameter/${name.replace(/^\//, '')}`;

const notFound = () => new AwsError('ParameterNotFound', 'The parameter was not found.');
