import { onTestFinished } from 'vitest';
import { pageFile } from '../../console/page-file.ts';
import { type ConsoleOptions, startConsole } from '../../console/server.ts';
import type { ActAbout, ServiceAbout } from '../../console/view.ts';
import { freshRecord } from '../../core/record.ts';
import type { ServiceState } from '../../core/service-state.ts';
import { home, standby } from '../support/world.ts';

export const pause: ActAbout = {
  name: 'pause',
  summary: 'stop every move of a service',
  subject: 'service',
  confirm: true,
  options: [{ name: 'reason', kind: 'text', help: 'why', required: true }],
};

export const aboutService = (name: string): ServiceAbout => ({
  name,
  regions: [home, standby],
  writes: 'the key of the service',
  rtoTargetMs: 300_000,
});

export const wellState = (service: string): ServiceState => ({
  service,
  question: null,
  health: [home, standby].map((target) => ({ target, state: 'good', because: 'alarms green' })),
  routing: { kind: 'read', routing: { epoch: null, weights: { [home]: 1000, [standby]: 0 } } },
  ledger: freshRecord(service),
  outlook: { to: null, because: [], frozen: null },
  freezes: [],
  protection: null,
  shadow: false,
  coolsUntil: null,
});

/** A console over services that are well, with the page in `page` (as the build writes it), closed after the test. */
export async function consoleOf(page: string, names: readonly string[], changes: Partial<ConsoleOptions> = {}) {
  const opened = await startConsole({
    page: await pageFile(page),
    about: {
      deployment: 'understudy',
      endpoint: null,
      region: standby,
      services: names.map(aboutService),
      acts: [pause],
    },
    watch: {
      record: async (name) => freshRecord(name),
      state: async (name) => wellState(name),
      now: Date.now,
      recordEveryMs: 50,
      stateEveryMs: 60_000,
      atOnce: 50,
    },
    answers: { ask: async () => ({}), now: Date.now, everyMs: 60_000 },
    evacuation: async () => null,
    history: async (service) => ({ service, lines: [], incidents: [] }),
    perform: async () => 0,
    world: null,
    ...changes,
  });
  onTestFinished(() => opened[Symbol.asyncDispose]());
  const { origin, hash } = new URL(opened.url);
  const token = hash.slice('#token='.length);
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { 'x-understudy-token': token, ...init.headers } });
  return { url: opened.url, origin, token, ask };
}
