import { CfnOutput, CfnResource, CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import {
  type CreatedLevers,
  createdOutput,
  createdVariable,
  isCreated,
  withCreated,
} from '../../config/created-levers.ts';
import type { Topology } from '../../config/topology.ts';
import type { Failover } from '../../core/service.ts';
import type { Existing } from '../existing.ts';
import { Arc, controlledHere } from './arc.ts';
import { BreakGlass } from './break-glass.ts';
import { FleetDashboard } from './fleet-dashboard.ts';
import { Kvs } from './kvs.ts';

export interface LeversPartProps {
  readonly failover: Failover;
  /** What stands behind the distribution, where that is one of the topologies. */
  readonly topology?: Topology | undefined;
  readonly viewerRequest?: Existing['viewerRequest'];
}

/** The levers of the data planes that have no region, the role of those who pull them by hand, and the dashboard of all services. */
export class LeversPart extends Construct {
  /** What was made for levers whose literals the configuration leaves out, as values that are known once it is deployed. */
  readonly created: CreatedLevers | undefined;
  /** Of the KeyValueStore, made or not, where a service moves by one. */
  readonly storeArn: string | undefined;
  /** The configuration with these values in it. */
  readonly complete: Failover;

  constructor(scope: Construct, id: string, { failover, topology, viewerRequest }: LeversPartProps) {
    super(scope, id);
    const kvs = failover.services.some(({ lever }) => lever.kind === 'kvs')
      ? new Kvs(this, 'Kvs', { failover, topology, viewerRequest })
      : undefined;
    const arc = controlledHere(failover).length > 0 ? new Arc(this, 'Arc', { failover }) : undefined;
    const made: CreatedLevers = {
      ...(kvs !== undefined && { store: kvs.storeArn }),
      ...(arc !== undefined && { cluster: [...arc.endpoints] }),
      controls: { ...arc?.controls },
    };
    this.storeArn = kvs?.storeArn;
    this.created = failover.services.some(({ lever }) => isCreated(lever)) ? made : undefined;
    this.complete = withCreated(failover, made);
    // Stacks read what was made wherever they are, an app's among them, and keep none of it from being replaced.
    for (const resource of this.node.findAll().filter((each) => each instanceof CfnResource)) {
      CrossStackReferences.of(resource).produce(ReferenceStrength.WEAK);
    }
    new BreakGlass(this, 'BreakGlass', { failover: this.complete });
    new FleetDashboard(this, 'Fleet', { failover });
    if (kvs?.function !== undefined) {
      new CfnOutput(this, 'ViewerRequestFunctionArn', {
        value: kvs.function.functionArn,
        description: 'To be associated with every behaviour of a distribution, as its viewer-request function.',
      });
    }
    if (this.created !== undefined) {
      const output = new CfnOutput(this, createdOutput, {
        value: Stack.of(this).toJsonString(this.created),
        description: `What commands on a laptop read from the outputs file, and functions from ${createdVariable}.`,
      });
      output.overrideLogicalId(createdOutput);
    }
  }
}
