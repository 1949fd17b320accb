/*
 * Hooks that come with the deployment: what each is told in the configuration. What they do stands in handlers/ready.
 */

export type ReadyHook = DynamoLag | AuroraLag | AuroraGlobal | Capacity | Size | EventSources;

/** Asked about a target: how far a global table's replica there is behind. */
export interface DynamoLag {
  /** A global table's lag as a gate: of `readiness`. */
  readonly kind: 'dynamodb-lag';
  /** Name of the global table. */
  readonly table: string;
  /** A target that is further behind is ruled out. */
  readonly maxLagMs: number;
  /** What it means where CloudWatch has no datum of the last five minutes, or the region that publishes it does not answer. */
  readonly whenUnknown: 'ok' | 'veto';
}

export interface AuroraLag {
  /** An Aurora global database's lag as a gate: of `readiness`. */
  readonly kind: 'aurora-lag';
  /** Identifiers of its clusters, by region. */
  readonly clusters: Readonly<Record<string, string>>;
  /** A target that is further behind is ruled out. */
  readonly maxLagMs: number;
  /** What it means where CloudWatch has no datum of the last five minutes. */
  readonly whenUnknown: 'ok' | 'veto';
}

export interface AuroraGlobal {
  /** Makes the target's cluster the primary one: before the write, and back where the move came to nothing. */
  readonly kind: 'aurora-global';
  /** Identifier of the global database. */
  readonly globalCluster: string;
  /** Identifiers of its clusters, by region. */
  readonly clusters: Readonly<Record<string, string>>;
  /**
   * Whether a region that is down is left by a failover, which loses what was not replicated. Without it such a move is vetoed: a switchover
   * loses nothing and needs both regions.
   */
  readonly allowDataLoss: boolean;
}

/** Something of which there are so many in a region, under the same name in each. */
export type Sized = EcsService | AutoScalingGroup | ProvisionedConcurrency;

export interface EcsService {
  /** Tasks of an ECS service. */
  readonly kind: 'ecs';
  /** Name of the cluster. */
  readonly cluster: string;
  /** Name of the ECS service. */
  readonly service: string;
}

export interface AutoScalingGroup {
  /** Instances of an EC2 Auto Scaling group. */
  readonly kind: 'autoscaling';
  /** Name of the group. */
  readonly group: string;
}

export interface ProvisionedConcurrency {
  /** Provisioned concurrency of a Lambda function. */
  readonly kind: 'lambda';
  /** Name of the function. */
  readonly function: string;
  /** Its alias or version. */
  readonly alias: string;
}

export interface Capacity {
  /** Whether a target runs as many as it needs to carry the traffic, as a gate: of `readiness`. */
  readonly kind: 'capacity';
  /** What is counted. */
  readonly of: Sized;
  /** As many have to run and be well. */
  readonly serving: number;
}

export interface Size {
  /** Raises a target before the write and waits until as many run; lowers it where the move came to nothing, and on the return. */
  readonly kind: 'size';
  /** What is counted. */
  readonly of: Sized;
  /** As many have to run before traffic comes. More than that are left as they are. */
  readonly serving: number;
  /** As many are left where no traffic is; only where there are just as many as this hook has raised it to. */
  readonly standby: number;
}

export interface EventSources {
  /** Switches event source mappings off in the region that was left and on in the one that serves: after the move, and on the return. */
  readonly kind: 'event-sources';
  /** UUIDs of the mappings, by region. */
  readonly mappings: Readonly<Record<string, readonly string[]>>;
}

export type ReadyKind = ReadyHook['kind'];
