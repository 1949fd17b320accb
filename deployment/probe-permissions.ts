import { type SigningService, secretPlaces } from '../core/access.ts';
import type { Region } from '../core/brand.ts';
import type { Failover } from '../core/service.ts';
import { flagParameter, parameterArn } from './names.ts';
import { allow, allowAny, merged, type Permission } from './permission.ts';

/**
 * What whoever probes from a region may do so that doors open: read the secrets that services name, there, and call what they sign
 * for. A secret's ARN ends in six characters of AWS's own. A key of one's own, beside AWS's for both services, lets these roles in by its own policy.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_iam-policies.html
 */
export function probes(
  failover: Pick<Failover, 'services' | 'account' | 'name' | 'detection'>,
  region: Region,
): readonly Permission[] {
  const { services, account, detection } = failover;
  const flags =
    detection === undefined
      ? []
      : services.map((service) => parameterArn({ account }, region, flagParameter(failover, service)));
  const doors = services.flatMap(({ access }) => (access === undefined ? [] : [access]));
  const places = doors.flatMap(secretPlaces);
  const parameters = places.flatMap((place) =>
    'parameter' in place ? [parameterArn({ account }, region, place.parameter)] : [],
  );
  const secrets = places.flatMap((place) =>
    'secret' in place ? [`arn:aws:secretsmanager:${region}:${account}:secret:${place.secret}-??????`] : [],
  );
  const signed = doors.flatMap(({ sign }) => (sign === undefined ? [] : [sign]));
  return [
    ...allowAny(['ssm:GetParameter'], [...parameters, ...flags]),
    ...allowAny(['secretsmanager:GetSecretValue'], secrets),
    ...merged(signed.map(({ service, resources }) => allow(signedActions[service], resources))),
  ];
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html asks for both. */
const signedActions: Readonly<Record<SigningService, readonly string[]>> = {
  'execute-api': ['execute-api:Invoke'],
  lambda: ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'],
  'vpc-lattice-svcs': ['vpc-lattice-svcs:Invoke'],
};
