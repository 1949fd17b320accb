import { Construct } from 'constructs';
import { type CreatedLevers, withCreated } from '../../config/created-levers.ts';
import type { Region } from '../../core/brand.ts';
import { answerChannels, secretParameters } from '../../core/channel.ts';
import type { Failover } from '../../core/service.ts';
import { drillRegion } from '../../deployment/drill-schedules.ts';
import { orchestrators } from '../../deployment/names.ts';
import { permissionsOf } from '../../deployment/permissions.ts';
import { usesReadyHooks } from '../../deployment/ready-permissions.ts';
import { tellers } from '../../deployment/telling-permissions.ts';
import { AwsWord } from './aws-word.ts';
import { ConfigurationLayer, configurationEnvironment } from './configuration-layer.ts';
import { ConsoleCopies } from './console-copies.ts';
import type { DeadLetters } from './dead-letters.ts';
import { DrillSchedules } from './drill-schedules.ts';
import { EvacuationMachine } from './evacuation-machine.ts';
import { FailoverMachine } from './failover-machine.ts';
import { HandlerFunction } from './handler-function.ts';
import { LostRuns } from './lost-runs.ts';
import { OrchestratorAlarms } from './orchestrator-alarms.ts';
import { Schedules } from './schedules.ts';
import { SlackAnswers } from './slack-answers.ts';
import { statementsOf } from './statement.ts';
import type { Topics } from './topics.ts';
import { usesKeyOf } from './uses-key.ts';

export interface OrchestratorProps {
  readonly failover: Failover;
  readonly region: Region;
  readonly topics: Topics;
  readonly deadLetters: DeadLetters;
  /** What the deployment makes for levers whose literals the configuration leaves out; known when it is deployed. */
  readonly created?: CreatedLevers | undefined;
}

/** What moves traffic, whole and by itself, in one control region. */
export class Orchestrator extends Construct {
  readonly functions: readonly HandlerFunction[];
  readonly machine: FailoverMachine;

  constructor(scope: Construct, id: string, { failover, region, topics, deadLetters, created }: OrchestratorProps) {
    super(scope, id);
    const { layer } = new ConfigurationLayer(this, 'Configuration', { failover });
    const complete = created === undefined ? failover : withCreated(failover, created);
    const environment = configurationEnvironment(this, created);
    this.functions = orchestrators.map(
      (role) =>
        new HandlerFunction(this, role, {
          failover,
          role,
          layer,
          environment,
          readsParameters: tellers.includes(role) && secretParameters(failover.notify.channels).length > 0,
          statements: [
            ...permissionsOf(role, complete, region).flatMap(statementsOf),
            ...(tellers.includes(role) ? usesKeyOf(topics) : []),
          ],
        }),
    );
    const answers = answerChannels(failover.notify.channels).length > 0;
    const asked = answers
      ? [new SlackAnswers(this, 'Answers', { failover: complete, region, layer, environment }).handler]
      : [];
    const kept = [...this.functions, ...asked];
    if (usesReadyHooks(failover)) {
      const statements = permissionsOf('hooks', complete, region).flatMap(statementsOf);
      new HandlerFunction(this, 'hooks', { failover, role: 'hooks', layer, environment, statements });
    }
    const copies = failover.console.copies
      ? [new ConsoleCopies(this, 'Copies', { failover: complete, region, layer, environment, deadLetters }).handler]
      : [];
    const steps = this.functions.filter(({ handles }) => handles !== 'evacuate');
    this.machine = new FailoverMachine(this, 'Machine', { failover, region, topics, functions: steps });
    const evacuate = this.functions.find(({ handles }) => handles === 'evacuate');
    if (evacuate === undefined) throw new Error('there is no function that evacuates');
    const evacuation = new EvacuationMachine(this, 'Evacuation', { failover, region, evacuate });
    // It starts runs, and must find what it starts.
    evacuation.node.addDependency(this.machine.live);
    // The reconciler starts runs, and must find what it starts.
    const schedules = new Schedules(this, 'Schedules', { failover, functions: kept, deadLetters });
    schedules.node.addDependency(this.machine.live);
    if (failover.drills.length > 0 && drillRegion(failover) === region) {
      const drills = new DrillSchedules(this, 'Drills', { failover, region, deadLetters });
      drills.node.addDependency(this.machine.live);
    }
    new AwsWord(this, 'AwsWord', { failover, topics, deadLetters });
    new LostRuns(this, 'LostRuns', { failover, region, topics, deadLetters });
    new OrchestratorAlarms(this, 'Alarms', {
      failover,
      region,
      topics,
      functions: [...kept, ...copies],
      reconciler: schedules.reconciler,
    });
  }
}
