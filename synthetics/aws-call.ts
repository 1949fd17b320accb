import type { Answer } from '../core/observation.ts';
import { membersOf } from './members.ts';
import { probe } from './probe.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** An operation of AWS that takes and gives JSON. */
export interface AwsCall {
  /** What a request is signed for, and the first label of its host. */
  readonly service: string;
  readonly version: '1.0' | '1.1';
  /** Prefix and name of the operation, as `x-amz-target` has them. */
  readonly target: string;
  readonly content: unknown;
  /** For each of two attempts. */
  readonly answerMs: number;
}

const attempts = 2;

/**
 * Calls AWS in a region with the credentials of the function. By the signing library alone and one request each, because clients of the SDK would make
 * every vantage and canary fifteen times as large, and a cold start reads all of it. Whatever came of the last attempt is a value.
 */
export async function callAws(call: AwsCall, region: string, env: Environment): Promise<Answer> {
  let answer = await ask(call, region, env);
  for (let attempt = 1; attempt < attempts && mayPass(answer); attempt++) answer = await ask(call, region, env);
  return answer;
}

async function ask(call: AwsCall, region: string, env: Environment): Promise<Answer> {
  const { service, version, target, content, answerMs } = call;
  // Loaded when AWS is first called, because most probes need it not.
  const { signer } = await import('./sign.ts');
  const request = {
    url: env['AWS_ENDPOINT_URL'] ?? `https://${service}.${region}.amazonaws.com/`,
    method: 'POST',
    send: content,
    timeoutMs: answerMs,
    resolvers: [],
    cacheBuster: null,
    headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target },
    sign: signer(service, region, env),
  };
  return probe(request, { now: () => performance.now() });
}

/** What a second attempt may change: no answer, throttling, a fault of theirs. */
const mayPass = (answer: Answer): boolean =>
  answer.kind === 'failed' || answer.status >= 500 || answer.status === 429 || /Throttl/.test(errorName(answer));

/** What went wrong, in AWS's name for it or in ours, and never with what AWS said. */
export const whyNot = (answer: Answer): string =>
  answer.kind === 'failed' ? answer.detail : errorName(answer) || `status ${answer.status}`;

/** `com.amazonaws.ssm#ParameterNotFound:http://…` is a ParameterNotFound; anything that is no such name is not quoted. */
function errorName(answer: Extract<Answer, { kind: 'answered' }>): string {
  const type = answer.headers['x-amzn-errortype'] ?? membersOf(answer.body)['__type'];
  return /^(?:[\w.]+#)?(\w{1,80})(?::|$)/.exec(typeof type === 'string' ? type : '')?.[1] ?? '';
}
