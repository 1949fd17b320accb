import type { Failover } from '../core/service.ts';
import type { Clock } from '../loopback/clock.ts';
import type { LoopbackOptions } from '../loopback/loopback.ts';

/** What a sandbox is started with. */
export interface SandboxOptions {
  /** The configuration as for AWS; addresses and ARNs of endpoints are replaced by this machine's. */
  readonly failover: Failover;
  /**
   * Other deployments in the same account, each with applications, an edge and a name server of its own. An AWS region is lost to all of
   * them, an application to its deployment alone.
   */
  readonly beside?: readonly Failover[];
  /** Of all AWS services; ARC's endpoints take the next five. 0 for any. */
  readonly port?: number;
  /** How many times as fast as AWS periods pass. */
  readonly tempo?: number;
  /** The folder that `npm run build` wrote. */
  readonly dist?: string;
  readonly clock?: Clock;
  readonly random?: () => number;
  /** How long an edge location keeps the old value of a key, before `tempo`. AWS publishes no number but "seconds". */
  readonly propagationMs?: number;
  /** One that the build wrote to `<dist>/topologies/`: its applications and its distribution. `failover` is its configuration. */
  readonly topology?: string | undefined;
  /** The folder of the templates, where they are not to be made from the configuration. */
  readonly assembly?: string | undefined;
  /** What is deployed when somebody asks for a deployment: the configuration, read anew. */
  readonly configuration?: () => Promise<Failover>;
  /** A line that a function wrote. */
  readonly onLog?: LoopbackOptions['onLog'];
  /** Address of a console over this sandbox, where `GET /` leads; null before there is one. */
  readonly console?: () => string | null;
  /** Off for tests that bring their own events. */
  readonly canaries?: boolean;
}
