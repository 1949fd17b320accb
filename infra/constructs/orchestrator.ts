import { Construct } from 'constructs';
import { steps } from '../../config/names.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { ConfigurationLayer, configurationPath } from './configuration-layer.ts';
import type { DeadLetters } from './dead-letters.ts';
import { FailoverMachine } from './failover-machine.ts';
import { HandlerFunction } from './handler-function.ts';
import type { Topics } from './topics.ts';

export interface OrchestratorProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
}

/** What moves traffic, whole and by itself, in one control region. */
export class Orchestrator extends Construct {
  readonly functions: readonly HandlerFunction[];
  readonly machine: FailoverMachine;

  constructor(scope: Construct, id: string, { failover, region, topics }: OrchestratorProps) {
    super(scope, id);
    const { layer } = new ConfigurationLayer(this, 'Configuration', { failover });
    this.functions = [...steps, 'reconcile' as const].map(
      (role) =>
        new HandlerFunction(this, role, {
          failover,
          role,
          layer,
          environment: { UNDERSTUDY_CONFIG: configurationPath },
          statements: [],
        }),
    );
    this.machine = new FailoverMachine(this, 'Machine', { failover, region, topics, functions: this.functions });
  }
}
