import { asDrill } from '../../core/detection.ts';
import { type DueHooks, dueHooks, type Prepared } from '../../core/due-hooks.ts';
import { answersText, type HookAnswered, hasFailed } from '../../core/hook.ts';
import { hooksFailed } from '../../core/hook-notices.ts';
import type { Ending, Incident } from '../../core/incident.ts';
import { heldLease } from '../../core/record.ts';
import { type Failover, type Hook, regionNames, type Service } from '../../core/service.ts';
import type { Verdict } from '../../core/verdict.ts';
import type { Ports } from '../ports.ts';
import { callHook, hookMostMs } from './call-hooks.ts';
import { tell } from './deliver.ts';
import { serviceOf } from './service-of.ts';

export interface SettleInput {
  readonly incident: Incident;
  readonly verdict: Verdict | null;
  readonly ending: Ending;
  /** What the last write to the lever came to; null where none was tried. */
  readonly shifted: string | null;
  /** Whether people heard how the run ended. */
  readonly isNews: boolean;
}

export interface Settled {
  readonly outcome: 'settled' | 'failed';
  readonly because: string;
}

type SettlePorts = Pick<Ports, 'clock' | 'wait' | 'log' | 'ledger' | 'hooks' | 'notifiers' | 'metrics'>;

/**
 * Calls the hooks that are due now that the run is over and people have heard of that: the lease is given back, so that nothing here is in
 * the way of a next run, and a next run ends it. What a hook fails at is told, and moves nothing. What was called is on record, and a second
 * attempt leaves it out.
 */
export async function settle(input: SettleInput, ports: SettlePorts, failover: Failover): Promise<Settled> {
  const { verdict, ending, shifted, isNews } = input;
  const way = verdict?.kind === 'move' ? verdict.plan : null;
  const incident = asDrill(input.incident, way);
  const service = serviceOf(failover, incident.service);
  const over = { ending, mode: incident.mode, way, shifted };
  const due = dueHooks(service, over, await preparedBy(incident, service, ports));
  const until = ports.clock.now() + settleMostMs;
  const answers: HookAnswered[] = [];
  for (const each of due) {
    const id = `${incident.id}/settled/${each.when}/${each.to}`;
    if ((await ports.ledger.find(service.name, incident.id, id)) !== null) continue;
    const called = await callAll(each, { incident, ending, until }, ports);
    answers.push(...called);
    const failed = called.filter(hasFailed);
    const isGrave = failed.some(({ hook }) =>
      each.hooks.some(({ name, onFailure }) => name === hook && onFailure === 'abort'),
    );
    const message = hooksFailed(incident, ending, each, called, { isGrave, isNews }, ports.clock.now());
    // Before it is on record: the other order could lose the word where this function dies between the two.
    if (failed.length > 0) await tell(message, ports);
    await ports.ledger.append({
      id,
      service: service.name,
      incident: incident.id,
      at: ports.clock.now(),
      text: `hooks (${each.when}) from ${each.from} to ${each.to}: ${answersText(called)}`,
      what: { kind: 'settled', when: each.when, from: each.from, to: each.to, answers: called },
    });
  }
  const failed = answers.filter(hasFailed);
  if (failed.length > 0) return { outcome: 'failed', because: answersText(failed) };
  return { outcome: 'settled', because: `${answers.map(({ hook }) => hook).join(', ') || 'nothing'} called` };
}

/** The function may run a little longer, for its records and its words. */
const settleMostMs = 860_000;

/** What prepare hooks answered in this run, each way by itself. */
async function preparedBy(
  { id }: Incident,
  service: Service,
  { ledger }: Pick<SettlePorts, 'ledger'>,
): Promise<readonly Prepared[]> {
  const ids = regionNames(service).flatMap((to) =>
    ['ready', 'vetoed'].map((outcome) => `${id}/prepared/${to}/${outcome}`),
  );
  const entries = await Promise.all(ids.map((entry) => ledger.find(service.name, id, entry)));
  return entries.flatMap((entry) =>
    entry?.what.kind === 'prepared' && entry.what.from !== undefined && entry.what.to !== undefined
      ? [{ ...entry.what, from: entry.what.from, to: entry.what.to }]
      : [],
  );
}

interface Bounds {
  readonly incident: Incident;
  readonly ending: Ending;
  readonly until: number;
}

async function callAll(
  { when, from, to, flees, keepsShare, hooks }: DueHooks,
  { incident, ending, until }: Bounds,
  ports: SettlePorts,
): Promise<readonly HookAnswered[]> {
  const answers: HookAnswered[] = [];
  const skip = (hook: Hook, why: string) =>
    answers.push({ hook: hook.name, did: 'skipped', answer: `not called: ${why}` });
  let stopped: string | null = null;
  for (const hook of hooks) {
    stopped ??= await whyNotNow(incident, ports);
    if (stopped === null && ports.clock.now() + hookMostMs(hook) > until) {
      stopped = 'the hooks before it took all the time that there is';
    }
    if (stopped !== null) {
      skip(hook, stopped);
      continue;
    }
    const answer = await callHook(hook, { incident, when, from, to, flees, keepsShare, ending }, ports);
    answers.push(answer);
    // What was prepared is taken back as far as it can be.
    const isBad = answer.did === 'failed' || answer.did === 'veto';
    if (isBad && when !== 'undo' && hook.onFailure === 'abort') stopped = `${hook.name} failed, and comes before it`;
  }
  return answers;
}

/** Whoever moves the service now, or has moved it since, has the word about its hooks too. */
async function whyNotNow(incident: Incident, { clock, ledger }: SettlePorts): Promise<string | null> {
  if (incident.mode === 'rehearsal') return null;
  const record = await ledger.read(incident.service);
  const lease = heldLease(record, clock.now());
  if (lease !== null && lease.purpose === 'move' && lease.holder !== incident.holder) {
    return 'another run is at the service';
  }
  const { left } = record;
  const isLater = left !== null && left.incident !== incident.id && left.at > incident.admittedAt;
  return isLater ? 'the service has been moved since' : null;
}
