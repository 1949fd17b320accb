import { asDrill } from '../../core/detection.ts';
import { carried } from '../../core/due-hooks.ts';
import { answersText, type HookAnswered } from '../../core/hook.ts';
import type { Incident } from '../../core/incident.ts';
import type { Plan } from '../../core/plan.ts';
import type { Failover, Hook, Service } from '../../core/service.ts';
import { ConfigurationError, Fenced } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { callHook, hookMostMs } from './call-hooks.ts';
import { inShadow } from './in-shadow.ts';
import { appendIfAnswered } from './lease.ts';
import { serviceOf } from './service-of.ts';

export interface PrepareInput {
  readonly incident: Incident;
  readonly plan: Plan;
}

export interface Preparation {
  readonly outcome: 'ready' | 'vetoed';
  readonly because: string;
  readonly answers: readonly HookAnswered[];
}

/**
 * Calls the customer's hooks one after the other, in the order in which the configuration lists them: a database is
 * promoted after the capacity is there. The first no ends it. A rehearsal calls those that say that they are safe in one. A
 * hook may be called again for the same incident after a lost answer. Throws `Fenced` rather than prepare for nothing.
 */
export async function prepare(
  { incident: given, plan }: PrepareInput,
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'hooks'>,
  failover: Failover,
): Promise<Preparation> {
  const incident = asDrill(given, plan);
  const service = serviceOf(failover, incident.service);
  const hooks = plan.prepare.map((name) => hookNamed(service, name));
  const held = await ports.ledger.change(service.name, {
    kind: 'renew',
    holder: incident.holder,
    epoch: incident.epoch,
    leaseMs: service.policy.leaseMs + hooks.reduce((sum, hook) => sum + hookMostMs(hook), 0),
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
    what: {
      kind: 'prepared',
      answers: prepared.answers,
      from: plan.from,
      to: plan.to,
      flees: plan.flees === true,
      ...(carried(plan) && { keepsShare: true }),
    },
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
  ports: Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'hooks'>,
): Promise<Preparation> {
  const answers: HookAnswered[] = [];
  for (const hook of hooks) {
    await tellOfWait(hook, incident, plan, ports);
    const answer = await callHook(
      hook,
      { incident, when: 'prepare', from: plan.from, to: plan.to, flees: plan.flees },
      ports,
    );
    answers.push(answer);
    const isOver = answer.did === 'veto' || (answer.did === 'failed' && hook.onFailure === 'abort');
    if (isOver) return { outcome: 'vetoed', because: objectionOf(answer), answers };
  }
  return { outcome: 'ready', because: answersText(answers), answers };
}

/** In the words of the hook where it said no, or of what kept it from answering. */
const objectionOf = ({ hook, answer, did }: HookAnswered): string =>
  did === 'veto' ? `${hook}: ${answer.replace(/^veto: /, '')}` : `${hook} ${answer}`;

/** Whoever looks meanwhile sees what the move waits for. */
async function tellOfWait(
  hook: Hook,
  incident: Incident,
  { from, to }: Plan,
  ports: Pick<Ports, 'clock' | 'log' | 'ledger'>,
): Promise<void> {
  if (incident.mode === 'rehearsal') return;
  await appendIfAnswered(ports, {
    id: `${incident.id}/hook-asked/${to}/${hook.name}`,
    service: incident.service,
    incident: incident.id,
    at: ports.clock.now(),
    text: `the move from ${from} to ${to} waits for the hook ${hook.name}, ${Math.round(hookMostMs(hook) / 1000)} s at most`,
    what: { kind: 'hook-asked', hook: hook.name, when: 'prepare' },
  });
}

function hookNamed(service: Service, name: string): Hook {
  const hook = service.hooks.find((candidate) => candidate.name === name);
  if (hook === undefined) throw new ConfigurationError(`the configuration of ${service.name} lost the hook ${name}`);
  return hook;
}
