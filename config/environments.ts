import type { Failover, Service } from '../core/service.ts';
import { addressOf } from './addresses.ts';
import { ConfigurationMistake, parseFailover, stageIn } from './define-failover.ts';
import { pathText } from './issue-lines.ts';
import type { Mistake } from './mistake.ts';
import { type Staged, stagesOf } from './stages.ts';

/** One environment of a file. */
export interface Environment {
  /** Nothing for the one that the file describes itself. */
  readonly stage: string | undefined;
  readonly failover: Failover;
}

export interface Given {
  /** Whether the deployment makes the topics, which then are its own. */
  readonly topics?: 'made' | undefined;
}

/**
 * Every environment of what a file exports, the file's own first. Throws `ConfigurationMistake` for the first that is wrong, and where two of them
 * would be one anywhere: what a stage does not say it inherits, a lever too.
 */
export function environmentsIn(file: unknown, source?: string, given: Given = {}): readonly Environment[] {
  stageIn(file, source);
  const names = [undefined, ...Object.keys(stagesOf(file))];
  const all = names.map((stage) => ({ stage, failover: parseFailover(file, source, stage) }));
  const mistakes = all.flatMap((environment, index) =>
    all.slice(0, index).flatMap((other) => {
      const { written } = stageIn(file, source, environment.stage);
      return [...shared(environment, other, given)].map((mistake) => line(mistake, environment, written));
    }),
  );
  if (mistakes.length > 0) throw new ConfigurationMistake([...new Set(mistakes)], source);
  return all;
}

/** Told of the stage, also where it inherits what is shared: there it has to say something of its own. */
const line = ({ path, message }: Mistake, { stage }: Environment, written: Staged['written']): string => {
  const where = written(path);
  const told = where[0] === 'stages' ? pathText(where) : `stages.${stage} inherits ${pathText(where)}, which`;
  return `${told} ${message}`;
};

/** What two environments cannot both have. */
function* shared(
  { failover: mine }: Environment,
  { stage, failover: theirs }: Environment,
  { topics }: Given,
): Generator<Mistake> {
  const theirName = stage === undefined ? 'of the environment above the stages' : `of the stage ${stage}`;
  if (mine.account === theirs.account) {
    const [short, long] = [mine.name, theirs.name].toSorted((a, b) => a.length - b.length);
    if (short === long || long?.startsWith(`${short}-`)) {
      yield {
        path: ['name'],
        message: `is ${mine.name}, and that ${theirName} is ${theirs.name}: names of alarms and canaries could not be told apart`,
      };
    }
    for (const severity of topics === 'made' ? (['critical', 'info'] as const) : []) {
      if (mine.notify.topics[severity] !== theirs.notify.topics[severity]) continue;
      yield { path: ['notify', 'topics', severity], message: `is that ${theirName}: both deployments would make it` };
    }
    if (mine.ledger.tableName === theirs.ledger.tableName && mine.ledger.region === theirs.ledger.region) {
      yield { path: ['ledger', 'tableName'], message: `is that ${theirName}: two deployments would hold one lease` };
    }
  }
  for (const [s, service] of mine.services.entries()) {
    // A shadow watches what is another's, and writes nothing.
    if (service.policy.shadow) continue;
    for (const other of theirs.services) if (!other.policy.shadow) yield* sharedBy(service, other, s, theirName);
  }
}

function* sharedBy(mine: Service, theirs: Service, s: number, theirName: string): Generator<Mistake> {
  const both = `${theirName}, ${theirs.name}: one would move the traffic of the other`;
  if (addressOf(mine.frontDoor.url) !== '' && addressOf(mine.frontDoor.url) === addressOf(theirs.frontDoor.url)) {
    yield { path: ['services', s, 'frontDoor', 'url'], message: `is the front door ${both}` };
  }
  const [lever, other] = [mine.lever, theirs.lever];
  if (
    lever.kind === 'kvs' &&
    other.kind === 'kvs' &&
    lever.storeArn !== undefined &&
    lever.storeArn === other.storeArn
  ) {
    yield { path: ['services', s, 'lever', 'storeArn'], message: `is the store ${both}` };
  }
  if (lever.kind === 'arc' && other.kind === 'arc') {
    const taken = new Set<string>(Object.values(other.controls));
    for (const [region, arn] of Object.entries(lever.controls)) {
      if (taken.has(arn)) yield { path: ['services', s, 'lever', 'controls', region], message: `is a control ${both}` };
    }
  }
}
