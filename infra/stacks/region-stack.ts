import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { CreatedLevers } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { DeadLetters } from '../constructs/dead-letters.ts';
import { Ledger } from '../constructs/ledger.ts';
import { Observer } from '../constructs/observer.ts';
import { Orchestrator } from '../constructs/orchestrator.ts';
import { Topics } from '../constructs/topics.ts';

export interface RegionStackProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly created?: CreatedLevers | undefined;
}

/** Everything that Understudy owns in one region, by the roles that the configuration gives it. */
export class RegionStack extends Stack {
  constructor(scope: Construct, id: string, { failover, region, created }: RegionStackProps) {
    super(scope, id, {
      env: { account: failover.account, region },
      description: `Understudy in ${region}: ${rolesOf(failover, region).join(', ')}.`,
    });
    if (failover.ledger.region === region) new Ledger(this, 'Ledger', { failover });
    const topics = new Topics(this, 'Topics', { failover });
    const deadLetters = new DeadLetters(this, 'DeadLetters', { failover, topics });
    if (failover.controlRegions.includes(region)) {
      new Orchestrator(this, 'Orchestrator', { failover, region, topics, deadLetters, created });
    }
    if (failover.observers.includes(region)) new Observer(this, 'Observer', { failover, region, topics, deadLetters });
  }
}

function rolesOf({ ledger, controlRegions, observers }: Failover, region: Region): readonly string[] {
  return [
    ...(ledger.region === region ? ['ledger'] : []),
    ...(controlRegions.includes(region) ? ['orchestrator'] : []),
    ...(observers.includes(region) ? ['observer'] : []),
  ];
}
