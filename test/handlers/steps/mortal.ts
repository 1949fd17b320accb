import type { Service } from '../../../core/service.ts';
import type { Lever, Ports } from '../../../handlers/ports.ts';
import type { MemoryWorld } from '../../support/memory/world.ts';

/** A function that is killed: nothing it still does has any effect. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface Death {
  /** Which effect, counted from 1 over the whole run. */
  readonly at: number;
  /** Whether the effect itself still happens. */
  readonly when: 'before' | 'after';
}

/** The world's ports, whose user dies once, at one effect: everything that changes something outside the function. */
export class Mortality {
  effects = 0;
  dead = false;
  readonly ports: Ports;
  readonly #death: Death | null;

  constructor(world: MemoryWorld, death: Death | null) {
    this.#death = death;
    const { ledger } = world;
    this.ports = {
      clock: world.clock,
      wait: world.wait,
      log: world.log,
      alarms: world.alarms,
      arrivals: world.arrivals,
      users: world.users,
      drillAlarms: world.drillAlarms,
      vantages: world.vantages,
      metrics: world.metrics,
      executions: world.executions,
      ledger: {
        read: (service) => ledger.read(service),
        entries: (service, incident) => ledger.entries(service, incident),
        find: (service, incident, id) => ledger.find(service, incident, id),
        pendingApproval: (service, incident) => ledger.pendingApproval(service, incident),
        versionOf: () => ledger.versionOf(),
        change: (...call) => this.#effect(() => ledger.change(...call)),
        append: (entry) => this.#effect(() => ledger.append(entry)),
        keepApproval: (approval) => this.#effect(() => ledger.keepApproval(approval)),
      },
      levers: (service: Service): Lever => {
        const lever = world.levers(service);
        return {
          traits: lever.traits,
          read: () => lever.read(),
          write: (intent) => this.#effect(() => lever.write(intent)),
        };
      },
      hooks: { call: (hook, question) => this.#effect(() => world.hooks.call(hook, question)) },
      notifiers: world.notifiers.map((notifier) => ({
        channel: notifier.channel,
        takes: (message) => notifier.takes(message),
        send: (message) => this.#effect(() => notifier.send(message)),
      })),
      starter: { start: (service, input, name) => this.#effect(() => world.starter.start(service, input, name)) },
    };
  }

  async #effect<T>(carryOut: () => Promise<T>): Promise<T> {
    if (this.dead) throw new Killed('dead');
    this.effects++;
    const dies = this.#death?.at === this.effects;
    if (dies && this.#death?.when === 'before') throw this.#die();
    const result = await carryOut();
    if (dies) throw this.#die();
    return result;
  }

  #die(): Killed {
    this.dead = true;
    return new Killed(`at effect ${this.effects}`);
  }
}
