import { placeName, type SecretPlace } from '../core/access.ts';
import { type AwsCall, callAws, type Environment, whyNot } from './aws-call.ts';
import { membersOf } from './members.ts';
import type { ReadSecret } from './secrets.ts';

/**
 * Reads from Parameter Store or Secrets Manager of a region with the credentials of the function. Rejects with the place and the name of
 * AWS's error, never with what AWS said.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function awsSecrets(region: string, env: Environment): ReadSecret {
  return async (place) => {
    const answer = await callAws(operationOf(place), region, env);
    const isGiven = answer.kind === 'answered' && answer.status === 200;
    const text = isGiven ? valueIn(answer.body) : null;
    if (text !== null) return text;
    const because = isGiven ? 'it has no text' : whyNot(answer);
    throw new Error(`${placeName(place)} in ${region} could not be read (${because})`);
  };
}

/** An observer that waits longer would be taken for silent. */
const answerMs = 1_200;

const operationOf = (place: SecretPlace): AwsCall =>
  'parameter' in place
    ? {
        service: 'ssm',
        version: '1.1',
        target: 'AmazonSSM.GetParameter',
        content: { Name: place.parameter, WithDecryption: true },
        answerMs,
      }
    : {
        service: 'secretsmanager',
        version: '1.1',
        target: 'secretsmanager.GetSecretValue',
        content: { SecretId: place.secret },
        answerMs,
      };

function valueIn(body: string): string | null {
  const said = membersOf(body);
  const parameter = said['Parameter'] as Readonly<Record<string, unknown>> | undefined;
  const value = parameter === undefined ? said['SecretString'] : parameter['Value'];
  return typeof value === 'string' ? value : null;
}
