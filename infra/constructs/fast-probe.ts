import { Construct } from 'constructs';
import { type CreatedLevers, withCreated } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { ConfigurationLayer, configurationEnvironment } from './configuration-layer.ts';
import type { DeadLetters } from './dead-letters.ts';
import { HandlerFunction } from './handler-function.ts';
import { schedule, schedulerRole } from './schedule.ts';
import { statementsOf } from './statement.ts';

export interface FastProbeProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly deadLetters: DeadLetters;
  readonly created?: CreatedLevers | undefined;
}

/** Looks from one observer every three seconds, in a function that runs for a minute and is started every minute. */
export class FastProbe extends Construct {
  readonly handler: HandlerFunction;

  constructor(scope: Construct, id: string, { failover, region, deadLetters, created }: FastProbeProps) {
    super(scope, id);
    const complete = created === undefined ? failover : withCreated(failover, created);
    this.handler = new HandlerFunction(this, 'fast-probe', {
      failover,
      role: 'fast-probe',
      layer: new ConfigurationLayer(this, 'Configuration', { failover }).layer,
      environment: configurationEnvironment(this, created),
      statements: permissionsOf('fast-probe', complete, region).flatMap(statementsOf),
    });
    const target = this.handler.function;
    const role = schedulerRole(this, 'Starts the fast probe.', { failover, targets: [target], deadLetters });
    schedule(this, 'Schedule', {
      name: `${failover.name}-fast-probe`,
      description: 'A minute of looking, every minute.',
      everyMinutes: 1,
      input: {},
      retries: 0,
      target,
      role,
      deadLetters,
    });
  }
}
