import * as z from 'zod';
import type { Assume } from '../core/assume.ts';
import type { Failover } from '../core/service.ts';
import type { Mistake } from './mistake.ts';

/*
 * ARNs of what exists already: of the right kind, in our partition and account. Of another account they could be written here and
 * never be reached, for the deployment grants what is in its own.
 */

interface Kind {
  /** What it must name, for people. */
  readonly what: string;
  readonly service: string;
  /** Whether a region stands in it. */
  readonly isRegional: boolean;
  readonly resource: RegExp;
  readonly example: string;
}

const arnSchema = ({ what, service, isRegional, resource, example }: Kind) =>
  z
    .string()
    .refine(
      (text) => {
        const { service: of, region, account, rest } = partsOf(text);
        return of === service && isRegional === (region !== '') && /^\d{12}$/.test(account) && resource.test(rest);
      },
      { error: `is no ARN of ${what}; write it like ${example}`, abort: true },
    )
    .refine((text) => partsOf(text).partition === 'aws', {
      error: ({ input }) => `is of the partition ${partsOf(String(input)).partition}: Understudy knows aws alone`,
    });

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_KeyValueStore.html */
export const storeArnSchema = arnSchema({
  what: 'a KeyValueStore',
  service: 'cloudfront',
  isRegional: false,
  resource: /^key-value-store\/[A-Za-z0-9-]{1,64}$/,
  example: 'arn:aws:cloudfront::123456789012:key-value-store/6f1c2f0e-4a53-4a0e-9d3c-0d3f0d8d1a11',
});

/** https://docs.aws.amazon.com/routing-control/latest/APIReference/API_UpdateRoutingControlState.html */
export const controlArnSchema = arnSchema({
  what: 'a routing control',
  service: 'route53-recovery-control',
  isRegional: false,
  resource: /^controlpanel\/[A-Za-z0-9]{1,64}\/routingcontrol\/[A-Za-z0-9]{1,64}$/,
  example: 'arn:aws:route53-recovery-control::123456789012:controlpanel/…/routingcontrol/…',
});

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export const functionArnSchema = arnSchema({
  what: 'a Lambda function',
  service: 'lambda',
  isRegional: true,
  resource: /^function:[A-Za-z0-9-_]{1,64}(:[A-Za-z0-9-_$]{1,128})?$/,
  example: 'arn:aws:lambda:us-west-2:123456789012:function:scale-up',
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const roleArnSchema = arnSchema({
  what: 'a role',
  service: 'iam',
  isRegional: false,
  resource: /^role\/([!-~]{1,510}\/)?[\w+=,.@-]{1,64}$/,
  example: 'arn:aws:iam::210987654321:role/understudy-levers',
});

function partsOf(arn: string) {
  const [prefix, partition = '', service = '', region = '', account = '', ...rest] = arn.split(':');
  return prefix === 'arn' ? { partition, service, region, account, rest: rest.join(':') } : nothing;
}

const nothing = { partition: '', service: '', region: '', account: '', rest: '' };

export const accountOfArn = (arn: string): string => partsOf(arn).account;

export const regionOfArn = (arn: string): string => partsOf(arn).region;

/** Every ARN in the configuration, with its path. */
export function* arnsIn({ services, breakGlass }: Pick<Failover, 'services' | 'breakGlass'>): Generator<{
  path: Mistake['path'];
  arn: string;
  /** The role by which it is reached, whose account it is then of. */
  assume?: Assume | undefined;
}> {
  for (const [s, { lever, hooks }] of services.entries()) {
    const at = (...path: Mistake['path']) => ['services', s, ...path];
    if (lever.kind === 'kvs' && lever.storeArn !== undefined) {
      yield { path: at('lever', 'storeArn'), arn: lever.storeArn, assume: lever.assume };
    }
    if (lever.kind === 'arc') {
      for (const [region, arn] of Object.entries(lever.controls)) {
        yield { path: at('lever', 'controls', region), arn, assume: lever.assume };
      }
    }
    for (const [h, { functionArn, assume }] of hooks.entries()) {
      if (functionArn !== undefined) yield { path: at('hooks', h, 'functionArn'), arn: functionArn, assume };
    }
  }
  for (const [index, arn] of (breakGlass?.principals ?? []).entries()) {
    yield { path: ['breakGlass', 'principals', index], arn };
  }
}

export function* accountMistakes(failover: Pick<Failover, 'account' | 'services' | 'breakGlass'>): Generator<Mistake> {
  // What is no account has a mistake of its own already.
  if (!/^\d{12}$/.test(failover.account)) return;
  for (const { path, arn, assume } of arnsIn(failover)) {
    const { account } = partsOf(arn);
    if (assume !== undefined) {
      const { account: roles } = partsOf(assume.roleArn);
      if (account !== roles) yield { path, message: `is of account ${account}, and the role to assume of ${roles}` };
      continue;
    }
    if (account !== '' && account !== failover.account) {
      yield {
        path,
        message: `is of account ${account}, and account is ${failover.account}: nothing that is deployed there may reach it, unless assume names a role of ${account}`,
      };
    }
  }
}
