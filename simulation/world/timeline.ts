import type { Instant, Region } from '../../core/brand.ts';
import { freshRecord } from '../../core/record.ts';
import { regionNames } from '../../core/service.ts';
import { alarmName } from '../../deployment/names.ts';
import { answerQuestion } from '../../handlers/approval/answer-question.ts';
import type { Json } from '../../loopback/states/json.ts';
import type { Fault, FaultOf } from '../faults/catalogue.ts';
import { type Act, type Anchor, type Item, isFault, type Plan } from '../plan.ts';
import { Caller } from './caller.ts';
import { awsEvent } from './canaries.ts';
import type { RunId } from './happening.ts';
import type { World } from './world.ts';

/** Makes a plan's items happen, each at its time or after its anchor. */
export class Timeline {
  readonly #world: World;
  readonly #anchored: Item[];
  /** Items that have not happened yet, anchors that never came excepted. */
  #ahead = 0;
  #firstRun: RunId | null = null;
  /** The one that was stopped last, or else the first that failed. */
  #unsuccessful: RunId | null = null;
  #acts = 0;

  constructor(world: World, { items }: Pick<Plan, 'items'>) {
    this.#world = world;
    this.#anchored = items.filter(({ after }) => after !== undefined);
    for (const item of items) if (item.after === undefined) this.#schedule(item);
    world.watch((seen) => {
      if (seen.kind === 'lever' && seen.by !== null) this.#reached('first-write');
      if (seen.kind === 'ended' && seen.state !== 'Refused') this.#reached('first-end');
      if (seen.kind === 'ended' && seen.status === 'FAILED') this.#unsuccessful ??= seen.run;
      if (seen.kind === 'ended' && seen.status === 'ABORTED') {
        this.#unsuccessful = seen.run;
        this.#reached('first-stop');
      }
      if (seen.kind === 'invoked' && seen.step === 'assess') this.#firstRun ??= seen.run;
    });
  }

  get ahead(): number {
    return this.#ahead;
  }

  #reached(anchor: Anchor): void {
    for (const item of this.#anchored.filter(({ after }) => after === anchor)) {
      this.#anchored.splice(this.#anchored.indexOf(item), 1);
      this.#schedule(item);
    }
  }

  #schedule(item: Item): void {
    this.#ahead++;
    this.#world.time.after(item.atMs, () => {
      this.#ahead--;
      if (!isFault(item)) return void this.#act(item.act);
      this.#begin(item.fault, item.forMs);
    });
  }

  #begin(fault: Fault, forMs: number | undefined): void {
    this.#world.tell({ kind: 'fault', fault, state: 'begins' });
    if (this.#isMoment(fault)) return;
    const heal = this.#cutFor(fault);
    this.#world.faults.begin(fault);
    if (forMs === undefined) return;
    this.#ahead++;
    this.#world.time.after(forMs, () => {
      this.#ahead--;
      this.#world.faults.end(fault);
      for (const undo of heal) undo();
      this.#world.tell({ kind: 'fault', fault, state: 'ends' });
    });
  }

  /** What cuts the network. */
  #cutFor(fault: Fault): (() => void)[] {
    const { network, failover } = this.#world;
    switch (fault.fault) {
      case 'region-lost':
        return [
          network.cut(fault.region, '*'),
          network.cut('*', fault.region),
          network.cut('*', `ledger:${fault.region}`),
        ];
      case 'ledger-minority-cut':
        return [
          network.cut(
            `ledger:${failover.ledger.region}`,
            `ledger:${failover.observers.find((name) => name !== failover.ledger.region)}`,
          ),
        ];
      case 'ledger-majority-cut':
        return [network.cut(`ledger:${failover.ledger.region}`, '*')];
      default:
        return [];
    }
  }

  /** What happens once, and is over. */
  #isMoment(fault: Fault): boolean {
    const { world, faults } = { world: this.#world, faults: this.#world.faults };
    switch (fault.fault) {
      case 'lever-moved-by-hand':
        world.moveByHand(fault.to);
        faults.hit(fault);
        return true;
      case 'weights-edited':
        if (world.editWeights(fault.to, fault.percent)) faults.hit(fault);
        return true;
      case 'record-lost':
        if (world.table.forget(world.service.name)) faults.hit(fault);
        return true;
      case 'ledger-restored':
        if (world.table.restore(world.service.name, world.time.now() - fault.age)) faults.hit(fault);
        return true;
      case 'stale-event':
        faults.hit(fault);
        this.#staleEvent(fault.age);
        return true;
      case 'stopped': {
        const stopped = world.controls.map((control) => control.stop());
        if (stopped.includes(true)) faults.hit(fault);
        return true;
      }
      case 'redriven': {
        const run = this.#unsuccessful;
        if (run !== null && world.controls.some((control) => control.redrive(run))) faults.hit(fault);
        return true;
      }
      case 'stale-writer': {
        const run = this.#firstRun;
        if (run !== null && world.controls.some((control) => control.repeat(run, fault.step))) faults.hit(fault);
        return true;
      }
      default:
        return false;
    }
  }

  #staleEvent(ageMs: number): void {
    const { failover, service, time } = this.#world;
    const [home] = regionNames(service);
    const at = time.now() - ageMs;
    const detail = {
      alarmName: alarmName(failover, service.name, home ?? null),
      state: { value: 'ALARM', reason: 'of long ago', timestamp: new Date(at).toISOString() },
    };
    for (const control of this.#world.controls) {
      const event = awsEvent(
        failover,
        control.region,
        'aws.cloudwatch',
        'CloudWatch Alarm State Change',
        detail,
        `stale-${at}`,
        at,
      );
      control.start(event as Json, `an event of ${new Date(at).toISOString()}`);
    }
  }

  /** People work from a laptop that nothing happens to. */
  async #act(act: Act): Promise<void> {
    const { service, around } = this.#world;
    const caller = new Caller('laptop' as Region, { run: 'person', step: 'admit', mode: null, epoch: null }, 0, around);
    const { ledger } = this.#world.portsFor(caller);
    const outcome = await this.#outcomeOf(act, ledger, service.name).catch((error: Error) => error.message);
    this.#world.tell({ kind: 'act', act, outcome });
  }

  async #outcomeOf(act: Act, ledger: ReturnType<World['portsFor']>['ledger'], service: string): Promise<string> {
    switch (act.act) {
      case 'pause':
        return (await ledger.change(service, pauseOf(act.for, this.#world.time.now()))).kind;
      case 'resume':
        return (await ledger.change(service, { kind: 'resume' })).kind;
      case 'acknowledge':
        return (await ledger.change(service, { kind: 'acknowledge', incident: null })).kind;
      case 'approve':
      case 'decline': {
        const record = this.#world.table.record(service) ?? freshRecord(service);
        const pending = await ledger.pendingApproval(service, `${service}#${record.epoch}`);
        if (pending === null) return 'nothing waits';
        const malformed = this.#world.faults.bite('approval-malformed');
        const approved = act.act === 'approve';
        if (malformed !== undefined) {
          const answered = this.#world.tokens.answer(pending.taskToken, malformedAnswers[malformed.form](approved));
          return answered ? 'answered' : 'too late';
        }
        const by = (act.act === 'approve' ? act.by : undefined) ?? 'ops';
        const { kind } = await answerQuestion(
          { service, incident: pending.incident, approved, by },
          {
            ledger,
            now: () => this.#world.time.now(),
            tell: async ({ taskToken, output }) =>
              this.#world.tokens.answer(taskToken, output as Json)
                ? { kind: 'taken' }
                : { kind: 'already', output: null },
          },
        );
        return kind === 'taken' ? 'answered' : kind === 'already' ? 'too late' : kind;
      }
      case 'unfence':
        return (await ledger.change(service, { kind: 'unfence', region: act.region })).kind;
      case 'freeze':
        return (await ledger.change(service, freezeOf(act, this.#world.time.now()))).kind;
      case 'thaw':
        return (await ledger.change(service, { kind: 'thaw', region: act.region ?? null })).kind;
      case 'evacuate': {
        const { region } = act;
        await ledger.change(service, { kind: 'fence', region, by: 'ops', reason: 'a person said so' });
        return this.#startByHand({ act: 'start', from: region, force: false }, service);
      }
      case 'drill': {
        const { percent, for: holdMs, to } = act;
        const input = {
          ...asked,
          mode: 'drill',
          ...(percent !== undefined && { percent }),
          holdMs,
          ...(to !== undefined && { to }),
        };
        return this.#startInput({ service, ...input }, 'drill');
      }
      case 'end-drill': {
        const { drill } = await ledger.read(service);
        if (drill === null) return 'nothing to end';
        return this.#startInput(
          { service, ...asked, mode: 'drill', returns: drill.incident, force: true },
          'end of drill',
        );
      }
      case 'start':
      case 'rehearse':
        return this.#startByHand(act, service);
    }
  }

  #startByHand({ act, to, from, force }: Extract<Act, { act: 'start' | 'rehearse' }>, service: string): string {
    const mode = act === 'start' ? 'manual' : 'rehearsal';
    const input = {
      service,
      mode,
      ...asked,
      force,
      ...(to !== undefined && { to }),
      ...(from !== undefined && { from }),
    };
    return this.#startInput(input, mode);
  }

  #startInput(input: Json, mode: string): string {
    const [control] = this.#world.controls;
    return control?.start(input, `a person: ${mode}`, `p${++this.#acts}`) ?? 'no control region';
  }
}

const asked = { reason: 'a person asked for it', requestedBy: 'ops' } as const;

const pauseOf = (forMs: number | undefined, now: Instant) =>
  ({
    kind: 'pause',
    by: 'ops',
    reason: 'a person said so',
    ...(forMs !== undefined && { until: now + forMs }),
  }) as const;

const freezeOf = (act: Extract<Act, { act: 'freeze' }>, now: Instant) =>
  ({
    kind: 'freeze',
    region: act.region ?? null,
    by: 'ops',
    reason: 'a person said so',
    until: now + act.for,
  }) as const;

/** As whoever writes a tool of their own may answer; the approval itself, where there is one, can be read. */
const malformedAnswers: Readonly<Record<FaultOf<'approval-malformed'>['form'], (approved: boolean) => Json>> = {
  number: (approved) => ({ approved, by: 42 }),
  object: (approved) => ({ approved, by: { name: 'ops' } }),
  list: (approved) => ({ approved, by: ['ops'] }),
  text: (approved) => (approved ? 'approved' : 'declined'),
  nothing: () => null,
};
