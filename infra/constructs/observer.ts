import { Construct } from 'constructs';
import type { CreatedLevers } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { Canaries } from './canaries.ts';
import { CanaryAlarms } from './canary-alarms.ts';
import type { DeadLetters } from './dead-letters.ts';
import { FastProbe } from './fast-probe.ts';
import { HandlerFunction } from './handler-function.ts';
import { StartRules } from './start-rules.ts';
import { statementOf } from './statement.ts';
import type { Topics } from './topics.ts';

export interface ObserverProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
  readonly created?: CreatedLevers | undefined;
}

/** What sees from one region: canaries that look all the time, their alarms, and the vantage that looks when it is asked. */
export class Observer extends Construct {
  readonly vantage: HandlerFunction;
  readonly startRules: StartRules;

  constructor(scope: Construct, id: string, { failover, region, topics, deadLetters, created }: ObserverProps) {
    super(scope, id);
    this.vantage = new HandlerFunction(this, 'vantage', {
      failover,
      role: 'vantage',
      statements: permissionsOf('vantage', failover, region).map(statementOf),
    });
    const canaries = new Canaries(this, 'Canaries', { failover, observer: region });
    new CanaryAlarms(this, 'CanaryAlarms', { failover, observer: region, topics, canaries });
    if (failover.fastProbe) new FastProbe(this, 'FastProbe', { failover, region, deadLetters, created });
    this.startRules = new StartRules(this, 'StartRules', { failover, region, deadLetters });
  }
}
