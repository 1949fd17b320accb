import type { Stack } from 'aws-cdk-lib';
import type { FunctionCode } from 'aws-cdk-lib/aws-cloudfront';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** Where functions have their network. They reach AWS, front doors and regional endpoints from it: by NAT, or by endpoints. */
export interface FunctionNetwork {
  readonly vpc: IVpc;
  /** Left out, those that the CDK would choose: private ones with a way out. */
  readonly vpcSubnets?: SubnetSelection;
  /** Left out, one is made that lets everything out and nothing in. */
  readonly securityGroups?: readonly ISecurityGroup[];
}

/** What an app has already, and Understudy uses instead of making it. */
export interface Existing {
  /**
   * The code of a viewer-request function that calls `steer(event)`: Understudy's function is made of it. `none` makes no
   * function: one of the app's is made of `understudy.steering(code)`, with `understudy.store(scope)`.
   */
  readonly viewerRequest?: FunctionCode | 'none' | undefined;
  /** The network of the functions of a stack, which is the place for what it imports; undefined for none. */
  readonly vpc?: (stack: Stack) => FunctionNetwork | undefined;
  /**
   * The key of the topics of a stack. Its policy lets CloudWatch and EventBridge publish to encrypted topics, which Understudy cannot add to a
   * key that is imported.
   */
  readonly key?: (stack: Stack) => IKey;
  /**
   * The topics that `notify.topics` names are there, in each region that has a role, and nothing is made. Their policies let CloudWatch and
   * EventBridge publish; `key` is theirs where they are encrypted.
   */
  readonly topics?: 'existing';
}

/** Of these, what a region has. */
export type ExistingInRegion = Pick<Existing, 'vpc' | 'key' | 'topics'>;
