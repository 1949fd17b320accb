import { AwsError, type Call, type Caller } from '../aws/service.ts';
import { type AccessRequest, callerText, type Principal } from './evaluate.ts';
import type { Iam } from './iam.ts';
import { requestsOf } from './requests.ts';

/**
 * Throws what AWS answers a caller that may not do what it asks for. People's own credentials may do everything; a call of a role
 * that nobody wrote down the permissions of is refused, so that none goes unchecked.
 */
export function authorize(iam: Iam, call: Call, input: object): void {
  const { caller } = call;
  if (caller === undefined) return;
  const principal = principalOf(iam, caller, call);
  const requests = requestsOf(call, input);
  if (requests === null) {
    throw denied(
      call,
      principal,
      `${call.service}:${call.operation}`,
      '*',
      'because its permissions are not known on loopback',
    );
  }
  for (const request of requests) {
    check(iam, call, principal, request);
    if (request.action === 'sns:Publish') useKey(iam, principal, request);
  }
}

function check(iam: Iam, call: Call, principal: Principal, request: AccessRequest): void {
  const decision = iam.decide(principal, request);
  if (decision.kind === 'denied') throw denied(call, principal, request.action, request.resource, decision.because);
}

/** What is sent to an encrypted topic is encrypted for the sender, who needs the key. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
function useKey(iam: Iam, principal: Principal, { resource, context }: AccessRequest): void {
  const key = iam.keyOf(resource);
  if (key === undefined) return;
  for (const action of ['kms:GenerateDataKey', 'kms:Decrypt']) {
    const request = {
      action,
      resource: key,
      context: { ...context, 'kms:encryptioncontext:aws:sns:topicarn': [resource] },
    };
    const decision = iam.decide(principal, request);
    if (decision.kind === 'denied') {
      throw new AwsError('KMSAccessDenied', sentence(principal, action, key, decision.because), { status: 400 });
    }
  }
}

function principalOf(iam: Iam, caller: Caller, call: Call): Principal {
  if (caller.kind === 'service') return { kind: 'service', service: caller.service };
  const principal = iam.principal(caller);
  const { takenBy } = caller;
  if (takenBy !== undefined && !iam.mayAssume(caller.roleArn, takenBy, { 'aws:sourceaccount': [call.account] })) {
    throw new AwsError(
      'AccessDeniedException',
      `${takenBy} is not authorized to assume the provided role: ${caller.roleArn}`,
      {
        status: 403,
      },
    );
  }
  return principal;
}

/** Each protocol has its own name for it. */
const codes: Readonly<Record<string, string>> = {
  sns: 'AuthorizationError',
  cloudwatch: 'AccessDenied',
  sts: 'AccessDenied',
  s3: 'AccessDenied',
};

function denied(call: Call, principal: Principal, action: string, resource: string, because: string): AwsError {
  const code = codes[call.service] ?? 'AccessDeniedException';
  const status = call.service === 'dynamodb' || call.service === 'states' ? 400 : 403;
  return new AwsError(code, sentence(principal, action, resource, because), { status });
}

function sentence(principal: Principal, action: string, resource: string, because: string): string {
  const who = callerText(principal);
  return `User: ${who} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}
