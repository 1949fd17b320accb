import type { Failover, Service } from '../core/service.ts';
import { canariesOf } from '../deployment/canaries.ts';
import { sharedPlans } from '../deployment/shared-canaries.ts';
import { type At, type Mistake, repeated } from './mistake.ts';

/** What would keep anybody from seeing that a service is bad. */
export function* watchMistakes(service: Service, failover: Failover, at: At): Generator<Mistake> {
  yield* tooFewWatch(service, failover, at);
  yield* unkept(service, at);
  yield* unrunnable(service, failover, at);
}

/** Lambda gives 4 KB to all variables together. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const environmentMaxBytes = 4_096;

/** A run may not last longer than its period. https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryRunConfigInput.html */
function* unrunnable(service: Service, failover: Failover, at: At): Generator<Mistake> {
  const urls = [service.frontDoor.url, ...service.regions.map(({ endpoint }) => endpoint)];
  // What is no URL has a mistake of its own already.
  if (!urls.every((url) => URL.canParse(url))) return;
  // One that has a shared canary for itself tells what no company would make shorter.
  const shared = failover.sharedCanaries ? sharedPlans(failover, [service]) : [];
  for (const { name, bundle, environment, everyMinutes, timeoutSeconds } of [
    ...shared,
    ...canariesOf(failover, service),
  ]) {
    const path = at(bundle === 'journey' ? 'journey' : 'healthy');
    if (timeoutSeconds > everyMinutes * 60) {
      const message = `is too long: the canary ${name} may need ${timeoutSeconds} s, and runs every ${everyMinutes * 60} s`;
      yield { path, message };
    }
    const bytes = Object.entries(environment).reduce((sum, [key, value]) => sum + Buffer.byteLength(key + value), 0);
    if (bytes > environmentMaxBytes) {
      const message = `is too much to tell the canary ${name}: ${bytes} bytes of environment, of ${environmentMaxBytes}`;
      yield { path, message };
    }
  }
}

/** What is too much for a shared canary, though none of its services is by itself. */
export function* sharedMistakes(failover: Failover): Generator<Mistake> {
  if (!failover.sharedCanaries) return;
  const asked = failover.services.filter(({ frontDoor, regions }) =>
    [frontDoor.url, ...regions.map(({ endpoint }) => endpoint)].every((url) => URL.canParse(url)),
  );
  for (const { name, everyMinutes, timeoutSeconds } of sharedPlans(failover, asked)) {
    if (timeoutSeconds <= everyMinutes * 60) continue;
    const message = `gives the canary ${name} more than it has time for: it may need ${timeoutSeconds} s, and runs every ${everyMinutes * 60} s; look at some of its services less often (services[].canaries.everyMinutes), or wait less for them (services[].healthy.timeoutMs)`;
    yield { path: ['sharedCanaries'], message };
  }
}

/** Without a quorum of them, fresh probes could still agree, but nothing would ever ask for them. */
function* tooFewWatch({ canaries, policy }: Service, { observers }: Failover, at: At): Generator<Mistake> {
  const chosen = canaries.observers;
  if (chosen === undefined) return;
  yield* repeated(chosen, at('canaries', 'observers'));
  for (const [index, observer] of chosen.entries()) {
    if (!observers.includes(observer)) {
      yield {
        path: at('canaries', 'observers', index),
        message: `is ${observer}, which is none of observers (${observers.join(', ')})`,
      };
    }
  }
  if (chosen.length < policy.quorum) {
    yield {
      path: at('canaries', 'observers'),
      message: `has ${chosen.length}, fewer than the quorum of ${policy.quorum}: list more, or leave it out for all`,
    };
  }
}

/** A step can only use what an earlier one kept. */
function* unkept({ journey }: Service, at: At): Generator<Mistake> {
  const kept = new Set<string>();
  for (const [index, { path, keep }] of (journey?.steps ?? []).entries()) {
    for (const [, name = ''] of path.matchAll(/\{([^}]*)\}/g)) {
      if (!kept.has(name)) {
        yield { path: at('journey', 'steps', index, 'path'), message: `has {${name}}, which no earlier step keeps` };
      }
    }
    for (const name of Object.keys(keep)) kept.add(name);
  }
}
