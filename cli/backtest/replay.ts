import type { Instant, Region } from '../../core/brand.ts';
import { decide } from '../../core/decide.ts';
import type { Evidence } from '../../core/evidence.ts';
import { assessTarget, healthRules } from '../../core/health.ts';
import type { Incident } from '../../core/incident.ts';
import { applyLedger } from '../../core/ledger.ts';
import type { Refusal } from '../../core/ledger-command.ts';
import { homeWeights } from '../../core/plan.ts';
import { looksForMs } from '../../core/recheck.ts';
import { freshRecord, type LedgerRecord } from '../../core/record.ts';
import { sameWeights, servingRegions, type Weights } from '../../core/routing.ts';
import type { Service } from '../../core/service.ts';
import { onlyOf } from '../../core/source.ts';
import { type UserReading, usersRed } from '../../core/users.ts';
import type { Hold, Move, Verdict } from '../../core/verdict.ts';
import { alarmEvidence, type Reading, together } from './alarm-evidence.ts';
import type { StateChange } from './alarm-history.ts';
import type { Told } from './alarm-names.ts';
import type { Happened } from './happened.ts';

const minuteMs = 60_000;

/**
 * Plays the changes of one service's alarms through the rule that runs live: core's ledger admits, core's health and
 * decision answer. An alarm stands in for a burst of its observer: red is all bad, OK all good, no data says nothing. What
 * alarms do not tell is left out: the control target, readiness hooks, and probes that would have said otherwise.
 *
 * As live, a run starts with every alarm that turns red, and every minute while one of a region with a share is; a hold that time
 * may lift is looked at again. After a move, people are assumed to acknowledge and go back to the `usual` shares as soon as every region
 * with one of those has been good for a quorum for a cooldown. Alarms that were `standing` and never changed are taken to have been OK;
 * whom no alarm is known of says nothing.
 */
export function replay(
  service: Service,
  observers: readonly Region[],
  changes: readonly StateChange[],
  standing: readonly StandingAlarm[] = [],
  usual: Weights = homeWeights(service),
): Happened[] {
  return new Player(service, observers, changes, standing, usual).play();
}

export type StandingAlarm = Pick<Told, 'region' | 'observer'> & { readonly alarm: string };

class Player {
  readonly #service: Service;
  readonly #observers: readonly Region[];
  readonly #changes: readonly StateChange[];
  readonly #alarms = new Map<string, Reading>();
  /** On what users see. */
  readonly #users = new Map<string, UserReading>();
  readonly #happened: Happened[] = [];
  #record: LedgerRecord;
  readonly #usual: Weights;
  #weights: Weights;
  /** The run that looks again, and when. */
  #run: { readonly incident: Incident; readonly previous: Hold; readonly at: Instant } | null = null;
  /** Since when the regions that usually serve have all been good again, while they do not. */
  #homeGoodSince: Instant | null = null;

  constructor(
    service: Service,
    observers: readonly Region[],
    changes: readonly StateChange[],
    standing: readonly StandingAlarm[],
    usual: Weights,
  ) {
    // What it would do if it were let: a shadow is judged as the real thing, a service moved by hand as an automatic one.
    // Alarms are of canaries, and those only read.
    this.#service = {
      ...service,
      writeProbe: undefined,
      policy: { ...service.policy, shadow: false, automatic: true },
    };
    this.#observers = observers;
    this.#changes = changes;
    this.#record = freshRecord(service.name);
    this.#usual = usual;
    this.#weights = usual;
    const start = changes[0]?.at ?? 0;
    for (const { alarm, observer, region } of standing) {
      this.#alarms.set(keyOf(observer, alarm), { observer, region, state: 'OK', since: start });
    }
    // Backwards, so that the state before an alarm's first change stays.
    for (const change of changes.toReversed()) this.#set(change, change.from, start);
  }

  #set({ alarm, observer, region, user }: StateChange, state: Reading['state'], since: Instant): void {
    if (user === undefined) this.#alarms.set(keyOf(observer, alarm), { observer, region, state, since });
    else if (region !== null) {
      const reading = { region, alarm, in: observer, says: user, state, since, muted: false };
      this.#users.set(keyOf(observer, alarm), reading);
    }
  }

  play(): Happened[] {
    const end = (this.#changes.at(-1)?.at ?? 0) + looksForMs(this.#service.policy) + 2 * minuteMs;
    let index = 0;
    let now = this.#changes[0]?.at ?? end;
    while (now <= end) {
      const turnedRed: (Region | null)[] = [];
      for (let change = this.#changes[index]; change !== undefined && change.at <= now; change = this.#changes[index]) {
        this.#set(change, change.to, change.at);
        // What users see starts nothing by an event: the reconciler finds it within a minute.
        if (change.to === 'ALARM' && change.user === undefined) turnedRed.push(change.region);
        index++;
      }
      this.#maybeGoHome(now);
      if (this.#run !== null && this.#run.at <= now) this.#look(this.#run.incident, this.#run.previous, now);
      for (const watched of turnedRed) this.#start(watched, now);
      const red = this.#servingAndRed();
      if (turnedRed.length === 0 && now % minuteMs === 0 && red.length > 0) this.#start(onlyOf(red) ?? null, now);
      now = Math.min(this.#changes[index]?.at ?? Number.POSITIVE_INFINITY, this.#nextLook(now));
    }
    return this.#happened;
  }

  /** The next moment at which something happens though no alarm changes. */
  #nextLook(now: Instant): Instant {
    const goesHome = this.#homeGoodSince === null ? [] : [this.#homeGoodSince + this.#service.policy.cooldownMs];
    const looksAgain = this.#run === null ? [] : [this.#run.at];
    const reconciles = this.#servingAndRed().length > 0 ? [(Math.floor(now / minuteMs) + 1) * minuteMs] : [];
    return Math.min(...[...goesHome, ...looksAgain, ...reconciles].filter((at) => at > now));
  }

  /** Regions with a share of which an alarm is red. */
  #servingAndRed(): readonly Region[] {
    const readings = [...this.#alarms.values()];
    return servingRegions(this.#weights).filter(
      (name) =>
        readings.some(({ region, state }) => region === name && state === 'ALARM') ||
        usersRed([...this.#users.values()], name).length > 0,
    );
  }

  #start(from: Region | null, now: Instant): void {
    if (this.#run !== null) return;
    const holder = `run-${now}`;
    const { policy } = this.#service;
    const outcome = applyLedger(
      this.#record,
      { kind: 'acquire', holder, mode: 'automatic', force: false, policy },
      now,
    );
    if (outcome.kind === 'refused') {
      this.#hold({ reason: outcome.refusal, because: outcome.because, wouldChange: 'a person, or time' }, now);
      return;
    }
    this.#record = outcome.record;
    const { epoch } = outcome.record;
    const incident: Incident = {
      id: `${this.#service.name}#${epoch}`,
      service: this.#service.name,
      mode: 'automatic',
      ...(from === null ? {} : { from }),
      reason: 'alarm',
      requestedBy: 'backtest',
      force: false,
      causedAt: now,
      epoch,
      holder,
      admittedAt: now,
    };
    this.#look(incident, null, now);
  }

  #look(incident: Incident, previous: Hold | null, now: Instant): void {
    const evidence = this.#evidence(previous, now);
    const verdict = decide(this.#service, incident, evidence, this.#observers, { weights: true }, now);
    this.#run = null;
    if (verdict.kind === 'hold' && verdict.recheckAfterMs !== null) {
      this.#run = {
        incident,
        previous: verdict,
        at: this.#lookAgainAt(incident, verdict, verdict.recheckAfterMs, now),
      };
      return;
    }
    this.#conclude(incident, verdict, now);
    if (verdict.kind === 'hold') this.#hold(verdict, now);
    else this.#move(verdict, evidence, now);
  }

  /** Live, it looks every few seconds; alarms say nothing new before one of them changes, so only a dwell is waited for. */
  #lookAgainAt({ admittedAt }: Incident, { reason }: Hold, afterMs: number, now: Instant): Instant {
    const soon = now + Math.max(1, afterMs);
    if (reason === 'dwell') return soon;
    const nextChange = this.#changes.find(({ at }) => at > now)?.at ?? Number.POSITIVE_INFINITY;
    return Math.max(soon, Math.min(nextChange, admittedAt + looksForMs(this.#service.policy)));
  }

  #evidence(previous: Hold | null, now: Instant): Evidence {
    const { burst } = this.#service.policy;
    const alarms = together([...this.#alarms.values()]);
    const evidence = alarmEvidence(alarms, burst.count, this.#weights, this.#record, previous, now);
    return { ...evidence, users: [...this.#users.values()] };
  }

  #conclude({ epoch, holder, id }: Incident, verdict: Verdict, now: Instant): void {
    const { record } = applyLedger(
      this.#record,
      {
        kind: 'conclude',
        holder,
        epoch,
        incident: id,
        mode: 'automatic',
        ending: verdict.kind === 'move' ? 'recovered' : 'held',
        movedTo: verdict.kind === 'move' ? verdict.plan.to : null,
      },
      now,
    );
    this.#record = record;
  }

  #move({ plan, approval }: Move, { alarms }: Evidence, now: Instant): void {
    const { from, to } = plan;
    const red = alarms
      .filter(({ region, state }) => region === from && state === 'ALARM')
      .sort((a, b) => a.since - b.since);
    this.#weights = plan.steps.at(-1)?.weights ?? this.#weights;
    this.#happened.push({
      kind: 'move',
      at: now,
      from,
      to,
      red: red.map(({ observer }) => observer),
      afterFirstAlarmMs: now - (red[0]?.since ?? now),
      afterQuorumMs: now - (red[this.#service.policy.quorum - 1]?.since ?? now),
      asksForApproval: approval !== null,
    });
  }

  #hold({ reason, because, wouldChange }: Reason, now: Instant): void {
    const last = this.#happened.at(-1);
    if (last?.kind === 'hold' && last.reason === reason) {
      this.#happened[this.#happened.length - 1] = { ...last, because, times: last.times + 1, until: now };
    } else {
      this.#happened.push({ kind: 'hold', at: now, reason, because, wouldChange, times: 1, until: now });
    }
  }

  #maybeGoHome(now: Instant): void {
    const homes = servingRegions(this.#usual);
    const [home] = homes;
    if (home === undefined || sameWeights(this.#weights, this.#usual) || this.#run !== null) {
      this.#homeGoodSince = null;
      return;
    }
    const evidence = this.#evidence(null, now);
    const { cooldownMs } = this.#service.policy;
    const rules = healthRules(this.#service, this.#observers);
    const isGood = homes.every(
      (region) => assessTarget(evidence, { kind: 'regional', region }, rules, now).state === 'good',
    );
    this.#homeGoodSince = isGood ? (this.#homeGoodSince ?? now) : null;
    if (this.#homeGoodSince === null || now < this.#homeGoodSince + cooldownMs) return;
    this.#homeGoodSince = null;
    this.#weights = this.#usual;
    const { record } = applyLedger(this.#record, { kind: 'acknowledge', incident: null }, now);
    // A move by hand: automation cools down after it as after its own.
    this.#record = { ...record, activeRegion: home, lastMoveAt: now };
    this.#happened.push({ kind: 'home', at: now, to: home });
  }
}

interface Reason {
  readonly reason: Hold['reason'] | Refusal;
  readonly because: string;
  readonly wouldChange: string;
}

const keyOf = (observer: string, alarm: string) => `${observer} ${alarm}`;
