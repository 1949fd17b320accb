import { placeName, type SecretPlace } from '../core/access.ts';
import type { Answer } from '../core/observation.ts';
import { membersOf } from './members.ts';
import { probe } from './probe.ts';
import type { ReadSecret } from './secrets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** For each of two attempts: an observer that waits longer would be taken for silent. */
const answerMs = 1_200;
const attempts = 2;

/**
 * Reads from Parameter Store or Secrets Manager of a region with the credentials of the function. By the signing library alone and one
 * request each, because the two clients of the SDK would make every vantage and canary fifteen times as large, and a cold
 * start reads all of it. Rejects with the place and the name of AWS's error, never with what AWS said.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
export function awsSecrets(region: string, env: Environment): ReadSecret {
  return async (place) => {
    let answer = await ask(place, region, env);
    for (let attempt = 1; attempt < attempts && mayPass(answer); attempt++) answer = await ask(place, region, env);
    const text = answer.kind === 'answered' && answer.status === 200 ? valueIn(answer.body) : null;
    if (text !== null) return text;
    throw new Error(`${placeName(place)} in ${region} could not be read (${whyNot(answer)})`);
  };
}

async function ask(place: SecretPlace, region: string, env: Environment): Promise<Answer> {
  // Loaded when a secret is first asked for, because most probes need none.
  const { signer } = await import('./sign.ts');
  const { service, target, content } = operationOf(place);
  const request = {
    url: env['AWS_ENDPOINT_URL'] ?? `https://${service}.${region}.amazonaws.com/`,
    method: 'POST',
    send: content,
    timeoutMs: answerMs,
    resolvers: [],
    cacheBuster: null,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target },
    sign: signer(service, region, env),
  };
  return probe(request, { now: () => performance.now() });
}

const operationOf = (place: SecretPlace) =>
  'parameter' in place
    ? ({
        service: 'ssm',
        target: 'AmazonSSM.GetParameter',
        content: { Name: place.parameter, WithDecryption: true },
      } as const)
    : ({
        service: 'secretsmanager',
        target: 'secretsmanager.GetSecretValue',
        content: { SecretId: place.secret },
      } as const);

/** What a second attempt may change: no answer, throttling, a fault of theirs. */
const mayPass = (answer: Answer): boolean =>
  answer.kind === 'failed' || answer.status >= 500 || answer.status === 429 || /Throttl/.test(errorName(answer));

function valueIn(body: string): string | null {
  const said = membersOf(body);
  const parameter = said['Parameter'] as Readonly<Record<string, unknown>> | undefined;
  const value = parameter === undefined ? said['SecretString'] : parameter['Value'];
  return typeof value === 'string' ? value : null;
}

const whyNot = (answer: Answer): string => {
  if (answer.kind === 'failed') return answer.detail;
  return answer.status === 200 ? 'it has no text' : errorName(answer) || `status ${answer.status}`;
};

/** `com.amazonaws.ssm#ParameterNotFound:http://…` is a ParameterNotFound; anything that is no such name is not quoted. */
function errorName(answer: Extract<Answer, { kind: 'answered' }>): string {
  const type = answer.headers['x-amzn-errortype'] ?? membersOf(answer.body)['__type'];
  return /^(?:[\w.]+#)?(\w{1,80})(?::|$)/.exec(typeof type === 'string' ? type : '')?.[1] ?? '';
}
