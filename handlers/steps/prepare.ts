import type { Incident } from '../../core/incident.ts';
import type { Plan } from '../../core/plan.ts';
import type { Failover, Hook, Service } from '../../core/service.ts';
import { ConfigurationError, Fenced } from '../errors.ts';
import type { HookAnswer, Ports } from '../ports.ts';
import { inShadow } from './in-shadow.ts';
import { sentence } from './sentence.ts';
import { serviceOf } from './service-of.ts';
import { within } from './within.ts';

export interface PrepareInput {
  readonly incident: Incident;
  readonly plan: Plan;
}

export interface Preparation {
  readonly outcome: 'ready' | 'vetoed';
  readonly because: string;
  readonly answers: readonly { readonly hook: string; readonly answer: string }[];
}

/**
 * Calls the customer's hooks one after the other, in the order in which the configuration lists them: a database is
 * promoted after the capacity is there. The first no ends it. A rehearsal calls those that say that they are safe in one. A
 * hook may be called again for the same incident after a lost answer. Throws `Fenced` rather than prepare for nothing.
 */
export async function prepare(
  { incident, plan }: PrepareInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'ledger' | 'hooks'>,
  failover: Failover,
): Promise<Preparation> {
  const service = serviceOf(failover, incident.service);
  const hooks = plan.prepare.map((name) => hookNamed(service, name));
  const held = await ports.ledger.change(service.name, {
    kind: 'renew',
    holder: incident.holder,
    epoch: incident.epoch,
    leaseMs: service.policy.leaseMs + hooks.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0),
    force: incident.force || incident.mode === 'rehearsal',
    toWrite: incident.mode !== 'rehearsal',
  });
  const prepared =
    held.kind === 'refused'
      ? stopped(held.refusal, held.because, incident)
      : service.policy.shadow && incident.mode !== 'rehearsal'
        ? vetoed(inShadow(service))
        : await callAll(hooks, incident, plan, ports);
  await ports.ledger.append({
    id: `${incident.id}/prepared/${plan.to}/${prepared.outcome}`,
    service: service.name,
    incident: incident.id,
    at: ports.clock.now(),
    text: `preparation ${prepared.outcome}: ${prepared.because}`,
    what: { kind: 'prepared', answers: prepared.answers },
  });
  return prepared;
}

/** A pause forbids what a hook would set in motion just as a veto does; a lost lease is no answer at all. */
function stopped(refusal: string, because: string, incident: Incident): Preparation {
  if (refusal !== 'paused') throw new Fenced(`${incident.id} must stop: ${because}`);
  return vetoed(because);
}

const vetoed = (because: string): Preparation => ({ outcome: 'vetoed', because, answers: [] });

async function callAll(
  hooks: readonly Hook[],
  incident: Incident,
  plan: Plan,
  ports: Pick<Ports, 'wait' | 'hooks'>,
): Promise<Preparation> {
  const answers: { hook: string; answer: string }[] = [];
  const isCalled = ({ safeInRehearsal }: Hook) => incident.mode !== 'rehearsal' || safeInRehearsal;
  for (const hook of hooks) {
    if (!isCalled(hook)) {
      answers.push({ hook: hook.name, answer: 'not called: it does not say that it is safe in a rehearsal' });
      continue;
    }
    const answer = await call(hook, incident, plan, ports);
    answers.push({ hook: hook.name, answer: textOf(answer) });
    if (answer.kind === 'veto') return { outcome: 'vetoed', because: `${hook.name}: ${answer.detail}`, answers };
    if (answer.kind === 'failed' && hook.onFailure === 'abort') {
      return { outcome: 'vetoed', because: `${hook.name} failed: ${answer.because}`, answers };
    }
  }
  const names = (some: readonly Hook[]) => some.map(({ name }) => name).join(', ');
  const [called, spared] = [hooks.filter(isCalled), hooks.filter((hook) => !isCalled(hook))];
  const done = `${names(called) || 'nothing'} done`;
  const because = spared.length === 0 ? done : `${done}; a rehearsal does not call ${names(spared)}`;
  return { outcome: 'ready', because, answers };
}

async function call(
  hook: Hook,
  incident: Incident,
  { from, to }: Plan,
  { hooks, wait }: Pick<Ports, 'wait' | 'hooks'>,
): Promise<HookAnswer> {
  const question = { service: incident.service, incident: incident.id, from, to, mode: incident.mode };
  try {
    return await within(hook.timeoutMs, hook.name, wait, () => hooks.call(hook, question));
  } catch (error) {
    return { kind: 'failed', because: sentence(error) };
  }
}

function textOf(answer: HookAnswer): string {
  return answer.kind === 'failed' ? `failed: ${answer.because}` : `${answer.kind}: ${answer.detail}`;
}

function hookNamed(service: Service, name: string): Hook {
  const hook = service.hooks.find((candidate) => candidate.name === name);
  if (hook === undefined) throw new ConfigurationError(`the configuration of ${service.name} lost the hook ${name}`);
  return hook;
}
