import type { Answer, AnswersOptions } from '../../console/answers.ts';
import type { Region } from '../../core/brand.ts';
import type { Service } from '../../core/service.ts';
import { functionName } from '../../deployment/names.ts';
import { byRegion } from '../../handlers/adapters/client-by-region.ts';
import { lambdaVantages, vantageClient } from '../../handlers/adapters/vantages.lambda.ts';
import { aimAtFrontDoor } from '../../handlers/steps/look.ts';
import type { Connection } from '../connection.ts';

/** As many targets as an observer takes in one question. */
const targetsMax = 50;

/** Asks the observers of the deployment, which probe for it anyway, to send one request to each front door. */
export function askFrontDoors({ failover, endpoint }: Connection): AnswersOptions['ask'] {
  const reach = endpoint === null ? {} : { endpoint };
  const vantages = lambdaVantages({
    clientIn: byRegion((region) => vantageClient(region, reach)),
    functionName: functionName(failover, 'vantage'),
  });
  const { observers, services } = failover;
  const groups = Array.from({ length: Math.ceil(services.length / targetsMax) }, (_, index) =>
    services.slice(index * targetsMax, (index + 1) * targetsMax),
  );

  /** By service; nothing where the observer itself does not answer, because that says nothing of the front door. */
  async function askFrom(observer: Region, group: readonly Service[]): Promise<readonly (readonly [string, Answer])[]> {
    const seen = await vantages.burst(observer, group.map(aimAtFrontDoor), { count: 1, intervalMs: 0 }).catch(() => []);
    // One observation for each aim, in their order.
    return group.flatMap(({ name }, index) => {
      const outcome = seen[index]?.outcome;
      if (outcome === undefined) return [];
      const servedBy = outcome.kind === 'good' ? outcome.servedBy : null;
      return [[name, { observer, servedBy }] as const];
    });
  }

  return async () => {
    const answers: Record<string, Answer[]> = {};
    const asked = await Promise.all(observers.flatMap((observer) => groups.map((group) => askFrom(observer, group))));
    for (const [service, answer] of asked.flat()) {
      answers[service] ??= [];
      answers[service].push(answer);
    }
    return answers;
  };
}
