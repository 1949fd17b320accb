import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { parseFailover, stageIn } from '../config/define-failover.ts';
import { environmentsIn } from '../config/environments.ts';
import type { StagedInput } from '../config/stages.ts';
import { warningsOf } from '../config/warnings.ts';
import type { Failover } from '../core/service.ts';

/** A configuration as an app has it. */
export interface Written {
  /** What is protected: what `defineFailover` returned, the default export of `understudy.config.ts`. The same for every construct of a deployment. */
  readonly failover: StagedInput;
  /** One of its `stages`; left out, the environment that it describes itself. */
  readonly stage?: string | undefined;
}

/** A configuration as a construct is given one: what is valid and hardly meant is a warning of the CDK there. Throws `ConfigurationMistake`. */
export function parsedFor(construct: Construct, { failover: input, stage }: Written): Failover {
  environmentsIn(input, 'failover');
  const failover = parseFailover(input, 'failover', stage);
  for (const warning of warningsOf(failover, stageIn(input, 'failover', stage).written)) {
    Annotations.of(construct).addWarningV2(`understudy:${warning.split(' ')[0]}`, warning);
  }
  return failover;
}
