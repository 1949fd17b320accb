import { Construct } from 'constructs';
import type { CreatedLevers } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { sharedCanaryPlans } from '../../deployment/canaries.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { Canaries } from './canaries.ts';
import { CanaryHome } from './canary-home.ts';
import type { DeadLetters } from './dead-letters.ts';
import { FastProbe } from './fast-probe.ts';
import { HandlerFunction } from './handler-function.ts';
import { placeObserver } from './observer-network.ts';
import { StartRules } from './start-rules.ts';
import { statementsOf } from './statement.ts';

export interface ObserverProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly deadLetters: DeadLetters;
  readonly created?: CreatedLevers | undefined;
}

/** What sees from one region: the vantage that looks when it is asked, the rules, and the home of canaries, which look all the time, with those that are shared. */
export class Observer extends Construct {
  readonly vantage: HandlerFunction;
  readonly canaryHome: CanaryHome;
  readonly startRules: StartRules;

  constructor(scope: Construct, id: string, { failover, region, deadLetters, created }: ObserverProps) {
    super(scope, id);
    this.vantage = new HandlerFunction(this, 'vantage', {
      failover,
      role: 'vantage',
      statements: permissionsOf('vantage', failover, region).flatMap(statementsOf),
    });
    this.canaryHome = new CanaryHome(this, 'Canaries', { failover, observer: region });
    const network = failover.networks?.[region];
    new Canaries(this, 'SharedCanaries', {
      plans: sharedCanaryPlans(failover, region),
      home: this.canaryHome,
      network,
    });
    const looking = [this.vantage];
    if (failover.fastProbe)
      looking.push(new FastProbe(this, 'FastProbe', { failover, region, deadLetters, created }).handler);
    if (network !== undefined) for (const each of looking) placeObserver(each, network);
    this.startRules = new StartRules(this, 'StartRules', { failover, region, deadLetters });
  }
}
