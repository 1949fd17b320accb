import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseFailover } from '../config/define-failover.ts';
import type { FailoverInput } from '../config/failover-input.ts';
import { warningsOf } from '../config/warnings.ts';
import type { Failover } from '../core/service.ts';

/** A configuration as a construct is given one: what is valid and hardly meant is a warning of the CDK there. Throws `ConfigurationMistake`. */
export function parsedFor(construct: Construct, input: FailoverInput): Failover {
  const failover = parseFailover(input, 'failover');
  for (const warning of warningsOf(failover)) {
    Annotations.of(construct).addWarningV2(`understudy:${warning.split(' ')[0]}`, warning);
  }
  return failover;
}
