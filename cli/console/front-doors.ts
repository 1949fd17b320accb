import type { Answer, AnswersOptions } from '../../console/answers.ts';
import type { Region } from '../../core/brand.ts';
import { chunks } from '../../core/chunks.ts';
import type { Service } from '../../core/service.ts';
import { targetsMax } from '../../handlers/adapters/vantages.lambda.ts';
import { aimAtFrontDoor } from '../../handlers/steps/look.ts';
import type { Connection } from '../connection.ts';
import { vantagesOf } from '../vantages.ts';

/** Asks the observers of the deployment, which probe for it anyway, to send one request to each front door. */
export function askFrontDoors(connection: Connection): AnswersOptions['ask'] {
  const vantages = vantagesOf(connection);
  const { observers, services } = connection.failover;
  const groups = chunks(services, targetsMax);

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
