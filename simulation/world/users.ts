import type { Instant, Region } from '../../core/brand.ts';
import { regionNames, type Service } from '../../core/service.ts';
import type { UserReading } from '../../core/users.ts';
import type { UserAlarms } from '../../handlers/ports.ts';
import type { UsersHabit } from '../plan.ts';
import type { Apis } from './apis.ts';
import type { Caller } from './caller.ts';
import type { Happening } from './happening.ts';

interface UsersWorld {
  readonly time: { now(): Instant; after(ms: number, work: () => void): unknown };
  readonly closed: boolean;
  readonly tell: (happening: Happening) => void;
}

/** An alarm a region on what users see there, in its own CloudWatch: evaluated each minute, by the truth or against it. */
export class Users {
  readonly #states: Map<Region, { state: 'OK' | 'ALARM'; since: Instant }>;
  readonly #world: UsersWorld;

  constructor(service: Service, apis: Pick<Apis, 'isDown'>, habit: UsersHabit, world: UsersWorld) {
    this.#world = world;
    const { time } = world;
    const first = habit === 'always-red' ? 'ALARM' : 'OK';
    this.#states = new Map(regionNames(service).map((region) => [region, { state: first, since: time.now() }]));
    const turn = () => {
      if (world.closed) return;
      time.after(periodMs, turn);
      for (const [region, known] of this.#states) {
        const state = apis.isDown(region) ? 'ALARM' : 'OK';
        if (habit === 'truthful' && state !== known.state) this.#states.set(region, { state, since: time.now() });
      }
    };
    time.after(periodMs, turn);
  }

  /** As one invocation reads them. */
  alarmsFor(caller: Caller): UserAlarms {
    const ask = async (region: Region): Promise<readonly UserReading[]> => {
      const read = (): readonly UserReading[] => {
        const known = this.#states.get(region);
        if (known === undefined) return [];
        return [{ region, alarm: 'errors', in: region, says: 'vote', muted: false, ...known }];
      };
      // A region that cannot be asked is left out, as the adapter does.
      const way = { to: region, operation: 'cloudwatch:DescribeAlarms', timeoutMs: 3_000 };
      return caller.call(way, read).catch(() => []);
    };
    return {
      read: async (service) => {
        const readings = (await Promise.all(regionNames(service).map(ask))).flat();
        const red = readings.filter(({ state }) => state === 'ALARM').map(({ region }) => region);
        this.#world.tell({ kind: 'heard-users', run: caller.writer.run, red });
        return readings;
      },
    };
  }
}

const periodMs = 60_000;
