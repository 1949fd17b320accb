import { type CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnCluster, CfnControlPanel, CfnRoutingControl, CfnSafetyRule } from 'aws-cdk-lib/aws-route53recoverycontrol';
import { AwsCustomResource, AwsCustomResourcePolicy, PhysicalResourceId } from 'aws-cdk-lib/custom-resources';
import { Construct, type IDependable } from 'constructs';
import { isCreated } from '../../config/created-levers.ts';
import type { ClusterEndpoint } from '../../core/lever.ts';
import { type Failover, homeRegion, regionNames, type Service } from '../../core/service.ts';
import { FirstStates } from './first-states.ts';
import { retentionOf } from './retention.ts';
import { writesLog } from './statement.ts';

export interface ArcProps {
  readonly failover: Failover;
}

/** The services whose routing controls the deployment makes. */
export const controlledHere = ({ services }: Failover): readonly Service[] =>
  services.filter(({ lever }) => lever.kind === 'arc' && isCreated(lever));

/** Where ARC's control plane is. https://docs.aws.amazon.com/r53recovery/latest/dg/data-and-control-planes.html */
const controlPlaneRegion = 'us-west-2';

/**
 * An ARC cluster with a control panel for each service: a routing control for each region, the home region's On, and two
 * safety rules over them. Made one after the other: the control plane refuses changes while another is pending.
 *
 * All of it outlives the stack and a mistake in the configuration, for it may be what traffic stands on; what failed to be
 * made is taken away again.
 */
export class Arc extends Construct {
  readonly endpoints: readonly ClusterEndpoint[];
  /** Routing control ARNs, by service and region. */
  readonly controls: Readonly<Record<string, Readonly<Record<string, string>>>>;
  #last: IDependable | null = null;

  constructor(scope: Construct, id: string, { failover }: ArcProps) {
    super(scope, id);
    const cluster = this.#next(new CfnCluster(this, 'Cluster', { name: failover.name }));
    this.endpoints = this.#endpointsOf(cluster, failover);
    const firstStates = new FirstStates(this, 'FirstStates', { failover });
    this.controls = Object.fromEntries(
      controlledHere(failover).map((service) => [
        service.name,
        this.#controlsOf(failover.name, service, cluster, firstStates),
      ]),
    );
  }

  #controlsOf(
    deployment: string,
    service: Service,
    cluster: CfnCluster,
    firstStates: FirstStates,
  ): Readonly<Record<string, string>> {
    const scope = new Construct(this, service.name);
    const clusterArn = cluster.attrClusterArn;
    const panel = this.#next(
      new CfnControlPanel(scope, 'Panel', { clusterArn, name: `${deployment}-${service.name}` }),
    );
    const controlPanelArn = panel.attrControlPanelArn;
    const controls = Object.fromEntries(
      regionNames(service).map((region): [string, string] => {
        const name = `${deployment}-${service.name}-${region}`;
        const control = new CfnRoutingControl(scope, region, { clusterArn, controlPanelArn, name });
        return [region, this.#next(control).attrRoutingControlArn];
      }),
    );
    const assertedControls = Object.values(controls);
    const on = firstStates.of(service.name, {
      endpoints: this.endpoints,
      home: controls[homeRegion(service)] ?? '',
      controls: assertedControls,
    });
    if (this.#last !== null) on.node.addDependency(this.#last);
    this.#last = on;
    for (const { id, name, threshold, inverted } of safetyRules) {
      this.#next(
        new CfnSafetyRule(scope, id, {
          controlPanelArn,
          name: `${deployment}-${service.name}-${name}`,
          ruleConfig: { type: 'ATLEAST', threshold, inverted },
          assertionRule: { assertedControls, waitPeriodMs },
        }),
      );
    }
    return controls;
  }

  /**
   * `ClusterEndpoints` is a list of objects, which no intrinsic function can take apart: they are asked for while the stack
   * is made, and are literals from then on.
   */
  #endpointsOf(cluster: CfnCluster, failover: Failover): readonly ClusterEndpoint[] {
    const logGroup = new LogGroup(this, 'EndpointsLogs', {
      retention: retentionOf(failover),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'EndpointsRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Asks for the endpoints of a cluster, while its stack is made.',
    });
    role.addToPolicy(writesLog(logGroup));
    const described = new AwsCustomResource(this, 'Endpoints', {
      resourceType: 'Custom::RoutingControlEndpoints',
      onUpdate: {
        service: 'Route53RecoveryControlConfig',
        action: 'DescribeCluster',
        parameters: { ClusterArn: cluster.attrClusterArn },
        region: controlPlaneRegion,
        physicalResourceId: PhysicalResourceId.of('endpoints'),
        outputPaths: ordinals.flatMap((at) => [endpointPath(at, 'Region'), endpointPath(at, 'Endpoint')]),
      },
      policy: AwsCustomResourcePolicy.fromStatements([
        new PolicyStatement({
          actions: ['route53-recovery-control-config:DescribeCluster'],
          resources: [cluster.attrClusterArn],
        }),
      ]),
      installLatestAwsSdk: false,
      role,
      logGroup,
    });
    this.#last = described;
    return ordinals.map((at) => ({
      region: described.getResponseField(endpointPath(at, 'Region')),
      url: described.getResponseField(endpointPath(at, 'Endpoint')),
    }));
  }

  #next<Resource extends CfnResource>(resource: Resource): Resource {
    if (this.#last !== null) resource.node.addDependency(this.#last);
    resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.#last = resource;
    return resource;
  }
}

const ordinals = [0, 1, 2, 3, 4] as const;

const endpointPath = (at: number, member: 'Region' | 'Endpoint') => `Cluster.ClusterEndpoints.${at}.${member}`;

/** Never all Off, never two On: together only a call that changes both of a pair is accepted. */
const safetyRules = [
  { id: 'AtLeastOne', name: 'at-least-one', threshold: 1, inverted: false },
  { id: 'NotTwo', name: 'not-two', threshold: 2, inverted: true },
] as const;

/** ARC's default. https://docs.aws.amazon.com/recovery-cluster/latest/api/assertionrule.html */
const waitPeriodMs = 5_000;
