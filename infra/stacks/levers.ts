import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  type CreatedLevers,
  createdOutput,
  createdVariable,
  isCreated,
  withCreated,
} from '../../config/created-levers.ts';
import type { Topology } from '../../config/topology.ts';
import type { Failover } from '../../core/service.ts';
import { Arc, controlledHere } from '../constructs/arc.ts';
import { BreakGlass } from '../constructs/break-glass.ts';
import { FleetDashboard } from '../constructs/fleet-dashboard.ts';
import { Kvs } from '../constructs/kvs.ts';
import type { Existing } from '../existing.ts';

export interface LeversStackProps {
  readonly failover: Failover;
  /** What stands behind the distribution, where that is one of the topologies. */
  readonly topology?: Topology | undefined;
  readonly viewerRequest?: Existing['viewerRequest'];
}

/**
 * What exists once: the levers of the data planes that have no region, the role of those who pull them by hand, and the dashboard of all services.
 * A beacon stands in its standby's region.
 *
 * In us-west-2, always. CloudFormation knows ARC's resources in us-east-1 and us-west-2 alone, and ARC's control plane is in
 * the latter; and a stack that changed its region with the configuration would be another stack. Nothing at run time comes
 * here: what other stacks need they are given as literals when they are deployed.
 */
export class LeversStack extends Stack {
  /** What was made for levers whose literals the configuration leaves out, as values that are known once it is deployed. */
  readonly created: CreatedLevers | undefined;
  /** Of the KeyValueStore, made or not, where a service moves by one. */
  readonly storeArn: string | undefined;
  /** The configuration with these values in it. */
  readonly complete: Failover;

  constructor(scope: Construct, id: string, { failover, topology, viewerRequest }: LeversStackProps) {
    super(scope, id, {
      stackName: id,
      env: { account: failover.account, region: 'us-west-2' },
      description: 'Understudy: what moves traffic, and who may by hand.',
      // `cdk destroy` is to be meant.
      terminationProtection: true,
    });
    const kvs = failover.services.some(({ lever }) => lever.kind === 'kvs')
      ? new Kvs(this, 'Kvs', { failover, topology, viewerRequest })
      : undefined;
    const arc = controlledHere(failover).length > 0 ? new Arc(this, 'Arc', { failover }) : undefined;
    const made: CreatedLevers = {
      ...(kvs !== undefined && { store: kvs.storeArn }),
      ...(arc !== undefined && { cluster: [...arc.endpoints] }),
      controls: { ...arc?.controls },
    };
    this.created = failover.services.some(({ lever }) => isCreated(lever)) ? made : undefined;
    this.complete = withCreated(failover, made);
    new BreakGlass(this, 'BreakGlass', { failover: this.complete });
    new FleetDashboard(this, 'Fleet', { failover });
    this.storeArn = kvs?.storeArn;
    if (kvs?.function !== undefined) {
      new CfnOutput(this, 'ViewerRequestFunctionArn', {
        value: kvs.function.functionArn,
        description: 'To be associated with every behaviour of a distribution, as its viewer-request function.',
      });
    }
    if (this.created !== undefined) {
      const output = new CfnOutput(this, createdOutput, {
        value: this.toJsonString(this.created),
        description: `What commands on a laptop read from the outputs file, and functions from ${createdVariable}.`,
      });
      output.overrideLogicalId(createdOutput);
    }
  }
}
