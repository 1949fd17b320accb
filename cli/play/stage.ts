import { setTimeout as delay } from 'node:timers/promises';
import type { Region } from '../../core/brand.ts';
import type { CallerShares } from '../../core/caller-kinds.ts';
import { homeWeights } from '../../core/plan.ts';
import type { TrafficSummary } from '../../core/report.ts';
import { homeRegion, regionNames, type Service } from '../../core/service.ts';
import { type Sample, trafficSummary, trafficWindows } from '../../core/traffic.ts';
import { canaryName } from '../../deployment/names.ts';
import { wallClock } from '../../loopback/clock.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { callersOf } from '../../sandbox/viewers/callers.ts';
import { startViewers } from '../../sandbox/viewers/viewers.ts';
import { lineOf, type WorldEvent } from '../../sandbox/world-event.ts';
import type { Invocation } from '../command.ts';
import { clock, frame, hasRoom, kindLabel, type TrafficGlance } from './frame.ts';
import { nextScene, openingScene, type Scene } from './scene.ts';
import { openScreen, terminalSize } from './screen.ts';
import { calmMaxMs, OutOfTime } from './waits.ts';

/** Where the play is seen: callers are measured, and everything that happens is shown as it happens. */
export interface Stage {
  readonly faultAt: number | undefined;
  /** When the first canary on the home region failed after the fault. */
  readonly firstRedAt: number | undefined;
  /** Says what is going on. */
  phase(text: string): void;
  /** Resolves when every canary has passed once and callers were served well for so long. Rejects with `OutOfTime`. */
  calm(forMs: number, signal: AbortSignal): Promise<void>;
  /** What callers saw since then, and when it was `by` that served them; the standby where it is not said. */
  traffic(since: number, by?: Region): TrafficSummary;
  /** What happened to the world, for the report; what the orchestrator did is in the ledger. */
  events(since?: number): { readonly at: number; readonly text: string }[];
  close(): Promise<void>;
}

const sliceMs = 500;

export function openStage({
  invocation,
  sandbox,
  service,
  tempo,
  shares,
}: {
  readonly invocation: Invocation;
  readonly sandbox: Sandbox;
  readonly service: Service;
  readonly tempo: number;
  /** How callers' clients keep addresses and connections. */
  readonly shares: CallerShares;
}): Stage {
  const silent = invocation.values['json'] === true;
  const live =
    !silent &&
    process.stdout.isTTY === true &&
    invocation.values['plain'] !== true &&
    invocation.values['quiet'] !== true &&
    hasRoom({ regions: regionNames(service) }, terminalSize());
  const home = homeRegion(service);
  const standby = regionNames(service).find((name) => name !== home) ?? home;
  const startedAt = Date.now();
  const samples: Sample[] = [];
  const viewers = startViewers({
    ...callersOf(sandbox, service),
    ratePerSecond: 60,
    viewers: 200,
    methodMix: { get: 1, post: 1 },
    timeoutMs: 5_000,
    callers: shares,
    tempo,
    clock: wallClock,
    random: Math.random,
    onResult: (sample) => samples.push(sample),
  });

  const { observers } = sandbox.failover;
  const canaries = Object.fromEntries(
    regionNames(service).map((region) => [canaryName(sandbox.failover, service.name, region), region]),
  );
  let scene = openingScene({ service: service.name, canaries, observers }, homeWeights(service), startedAt);
  let faultAt: number | undefined;
  let firstRedAt: number | undefined;
  const worldEvents: WorldEvent[] = [];
  const stopWatching = sandbox.watch((event) => {
    if (event.kind === 'fault' && event.fault !== null) faultAt ??= event.at;
    if (event.kind === 'canary' && !event.passed && faultAt !== undefined && canaries[event.canary] === home)
      firstRedAt ??= event.at;
    const next = nextScene(scene, event);
    const news = next.lines.length > scene.lines.length;
    scene = next;
    if (!news) return;
    if (event.kind !== 'state' && event.kind !== 'execution') worldEvents.push(event);
    if (!live && !silent) invocation.out(plainLine(event, startedAt));
  });
  const screen = live ? openScreen(() => picture(scene, samples, tempo)) : null;

  let closed = false;
  return {
    get faultAt() {
      return faultAt;
    },
    get firstRedAt() {
      return firstRedAt;
    },
    phase(text) {
      scene = { ...scene, phase: text };
      if (!live && !silent) invocation.out(`${clock(Date.now() - startedAt)}  ${'--'.padEnd(10)} ${text}`);
    },
    async calm(forMs, signal) {
      const expected = sandbox.failover.observers.length * regionNames(service).length;
      const isCalm = () => {
        const sights = Object.values(scene.sights).flatMap((sight) => Object.values(sight));
        const lately = samples.filter(({ at }) => at >= Date.now() - forMs);
        return (
          sights.length >= expected &&
          sights.every(Boolean) &&
          Date.now() - startedAt >= forMs &&
          lately.length > 0 &&
          lately.every(({ error }) => error === null)
        );
      };
      const giveUpAt = Date.now() + calmMaxMs(tempo);
      while (!isCalm()) {
        if (Date.now() >= giveUpAt)
          throw new OutOfTime(`canaries and callers were not all well within ${calmMaxMs(tempo) / 1_000} s`);
        await delay(50, undefined, { signal });
      }
    },
    traffic: (since, by = standby) => trafficSummary(samples, { since, by, windowMs: 1_000 }),
    events: (since = 0) =>
      worldEvents.filter(({ at }) => at >= since).map((event) => ({ at: event.at, text: lineOf(event) })),
    async close() {
      if (closed) return;
      closed = true;
      stopWatching();
      screen?.close();
      await viewers.stop();
    },
  };
}

function picture(scene: Scene, samples: readonly Sample[], tempo: number): string[] {
  const { width, height } = terminalSize();
  return frame(scene, glance(samples, scene.startedAt), {
    width,
    height: Math.min(height, 32),
    now: Date.now(),
    tempo,
    color: true,
  });
}

/** What callers got, half a second a cell. */
export function glance(samples: readonly Sample[], startedAt: number): TrafficGlance {
  const windows = trafficWindows(samples, startedAt, sliceMs);
  const lost = samples.filter(({ error }) => error !== null).length;
  const [before, last] = windows.slice(-3, -1);
  return {
    perSecond: Math.round((((before?.requests ?? 0) + (last?.requests ?? 0)) / (2 * sliceMs)) * 1_000),
    requests: samples.length,
    lost,
    strip: windows.map(({ served, errors }) => {
      const failed = Object.values(errors).reduce((sum, count) => sum + (count ?? 0), 0);
      const [most] = Object.entries(served).sort((a, b) => b[1] - a[1]);
      if (most === undefined) return failed > 0 ? 'lost' : null;
      return failed > most[1] ? 'lost' : most[0];
    }),
  };
}

function plainLine(event: WorldEvent, startedAt: number): string {
  return `${clock(event.at - startedAt)}  ${kindLabel(event.kind).padEnd(10)} ${lineOf(event)}`;
}
