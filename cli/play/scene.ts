import type { Weights } from '../../core/routing.ts';
import { lineOf, type WorldEvent } from '../../sandbox/world-event.ts';

/** What the stage shows at one moment. */
export interface Scene {
  readonly service: string;
  /** What is going on, in a sentence. */
  readonly phase: string;
  readonly regions: readonly string[];
  /** The region that a canary watches, by the canary's name. */
  readonly canaries: Readonly<Record<string, string>>;
  readonly observers: readonly string[];
  readonly startedAt: number;
  readonly faults: Readonly<Record<string, string>>;
  /** Last verdict of each observer's canary on each region. */
  readonly sights: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly alarms: Readonly<Record<string, string>>;
  readonly weights: Weights;
  /** The states that the leading execution entered, in order. */
  readonly steps: readonly { readonly state: string; readonly done: boolean }[];
  /** The execution that got past admission; others are refused and shown only as lines. */
  readonly execution: string | null;
  readonly lines: readonly { readonly at: number; readonly kind: WorldEvent['kind']; readonly text: string }[];
}

export function openingScene(
  { service, canaries, observers }: Pick<Scene, 'service' | 'canaries' | 'observers'>,
  weights: Weights,
  now: number,
): Scene {
  return {
    service,
    phase: '',
    regions: Object.values(canaries),
    canaries,
    observers,
    startedAt: now,
    faults: {},
    sights: {},
    alarms: {},
    weights,
    steps: [],
    execution: null,
    lines: [],
  };
}

/** Events that only repeat what is known change nothing and get no line. */
export function nextScene(scene: Scene, event: WorldEvent): Scene {
  const told: Scene = { ...scene, lines: [...scene.lines, { at: event.at, kind: event.kind, text: lineOf(event) }] };
  switch (event.kind) {
    case 'fault': {
      const { [event.region]: _, ...others } = scene.faults;
      return { ...told, faults: event.fault === null ? others : { ...others, [event.region]: event.fault } };
    }
    case 'canary': {
      const region = scene.canaries[event.canary];
      if (region === undefined) return scene;
      const known = scene.sights[region] ?? {};
      if (known[event.observer] === event.passed) return scene;
      const first = known[event.observer] === undefined && event.passed;
      return {
        ...(first ? scene : told),
        sights: { ...scene.sights, [region]: { ...known, [event.observer]: event.passed } },
      };
    }
    case 'alarm': {
      const key = `${event.observer} ${event.alarm}`;
      if (!event.alarm.includes(scene.service) || scene.alarms[key] === event.state) return scene;
      const waking = scene.alarms[key] === undefined && event.state !== 'ALARM';
      return { ...(waking ? scene : told), alarms: { ...scene.alarms, [key]: event.state } };
    }
    case 'state': {
      if (event.phase === 'exited') {
        if (event.execution !== scene.execution) return scene;
        return {
          ...scene,
          steps: scene.steps.map((step) => (step.state === event.state ? { ...step, done: true } : step)),
        };
      }
      // The first execution of this service that goes beyond admission leads; the others were refused by the ledger.
      if (scene.execution === null && event.service === scene.service && event.state === 'Assess') {
        return {
          ...told,
          execution: event.execution,
          steps: [
            { state: 'Admit', done: true },
            { state: 'Assess', done: false },
          ],
        };
      }
      if (event.execution !== scene.execution) return scene;
      // Where the machine only chooses there is nothing to see.
      return {
        ...(event.state.endsWith('?') ? scene : told),
        steps: [...scene.steps.filter(({ state }) => state !== event.state), { state: event.state, done: false }],
      };
    }
    case 'weights':
      return event.service === scene.service ? { ...told, weights: event.weights } : scene;
    case 'propagated':
      return event.service === scene.service ? told : scene;
    case 'notification':
      // While a region is red its canaries go on asking, and each is refused: once is news, the rest is noise.
      return event.subject.includes(scene.service) && !event.subject.endsWith('run refused') ? told : scene;
    case 'execution':
      return event.execution === scene.execution ? told : scene;
  }
}
