import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Failover } from '../../core/service.ts';
import { LeversPart, type LeversPartProps } from '../constructs/levers-part.ts';

/**
 * What exists once. A beacon stands in its standby's region.
 *
 * In us-west-2, always. CloudFormation knows ARC's resources in us-east-1 and us-west-2 alone, and ARC's control plane is in
 * the latter; and a stack that changed its region with the configuration would be another stack. Nothing at run time comes
 * here: what other stacks need they are given as literals when they are deployed.
 */
export class LeversStack extends Stack {
  readonly part: LeversPart;

  constructor(scope: Construct, id: string, props: LeversPartProps) {
    super(scope, id, {
      stackName: id,
      env: { account: props.failover.account, region: 'us-west-2' },
      description: 'Understudy: what moves traffic, and who may by hand.',
      // `cdk destroy` is to be meant.
      terminationProtection: true,
    });
    this.part = new LeversPart(this, 'Default', props);
  }

  get created(): LeversPart['created'] {
    return this.part.created;
  }

  get complete(): Failover {
    return this.part.complete;
  }
}
