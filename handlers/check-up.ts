import { hookMomentsOf } from '../deployment/steps.ts';
import type { Lever, Ports } from './ports.ts';
import { aimAtControl } from './steps/look.ts';
import { sentence } from './steps/sentence.ts';
import type { Wiring } from './wiring.ts';

/** One thing that a function depends on, as it meets it: from its own network, with its own role. */
export interface CheckedUp {
  readonly what: 'ledger' | 'lever' | 'hook' | 'observer';
  /** Of a service, a hook with its service, or a region. */
  readonly name: string;
  /** What is wrong, a sentence each; none where nothing is. */
  readonly complaints: readonly string[];
  /** What was done to find out. */
  readonly did: string;
}

/** `{"checkUp":true}`, which `understudy doctor` sends. */
export const isCheckUp = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'checkUp' in event && event.checkUp === true;

/**
 * Asks whatever the function of a step is bound to, and moves nothing. Where the step writes levers, one that compares and sets is
 * written with what stands there; one that does not is only read, because somebody may have moved it between a look and a write.
 */
export async function checkUp(
  step: string,
  ports: Partial<Ports>,
  { failover }: Pick<Wiring, 'failover'>,
): Promise<readonly CheckedUp[]> {
  const { services, observers } = failover;
  const { ledger, levers, hooks, vantages } = ports;
  const asked: Promise<CheckedUp>[] = [];
  for (const service of services) {
    const { name } = service;
    if (ledger !== undefined) asked.push(checked('ledger', name, 'read its item', () => ledger.read(name)));
    if (levers !== undefined) asked.push(checkedLever(name, levers(service), step === 'shift'));
    const own = service.hooks.filter(({ when }) => when.some((each) => hookMomentsOf[step]?.includes(each)));
    for (const hook of hooks?.permits === undefined ? [] : own) {
      const did = 'asked whether it may be called';
      asked.push(checked('hook', `${hook.name} of ${name}`, did, async () => hooks?.permits?.(hook)));
    }
  }
  const aims = services.slice(0, 1).map((service) => aimAtControl(failover, service));
  for (const observer of vantages === undefined ? [] : observers) {
    const burst = { count: 1, intervalMs: 1 };
    asked.push(checked('observer', observer, 'had it look', async () => vantages?.burst(observer, aims, burst)));
  }
  return Promise.all(asked);
}

async function checked(
  what: CheckedUp['what'],
  name: string,
  did: string,
  ask: () => Promise<unknown>,
): Promise<CheckedUp> {
  const complaints = await ask().then(
    () => [],
    (error: unknown) => [sentence(error)],
  );
  return { what, name, did, complaints };
}

/** Every place where it can be asked, and not the first that answers alone. */
async function checkedLever(name: string, lever: Lever, writes: boolean): Promise<CheckedUp> {
  const rewrite = writes ? lever.rewrite : undefined;
  const did = rewrite === undefined ? 'read it everywhere' : 'wrote what stands there';
  try {
    const [reading, complaints = []] = await Promise.all([lever.read(), lever.complaints?.()]);
    const unreadable = reading.kind === 'unreadable' ? [reading.because] : [];
    if (unreadable.length === 0) await rewrite?.();
    return { what: 'lever', name, did, complaints: [...new Set([...unreadable, ...complaints])] };
  } catch (error) {
    return { what: 'lever', name, did, complaints: [sentence(error)] };
  }
}
