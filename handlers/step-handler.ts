import type * as z from 'zod';
import type { Failover } from '../core/service.ts';
import { type CheckedUp, checkUp, isCheckUp } from './check-up.ts';
import { LeverUnavailable, MalformedPayload } from './errors.ts';
import { madeOnce } from './made-once.ts';
import { complaint } from './parse/complaint.ts';
import type { Lever, Ports } from './ports.ts';
import { aimAtControl } from './steps/look.ts';
import { sentence } from './steps/sentence.ts';
import { surroundings, type Wiring, wiringOf } from './wiring.ts';

type Surroundings = ReturnType<typeof surroundings>;

/**
 * A step as a Lambda function: parses the payload, binds the ports once per container, runs, returns. Errors leave under
 * their own names: Step Functions owns retry and catch.
 */
export function stepHandler<Input, Output, Bound extends Partial<Ports>>(
  step: string,
  payload: z.ZodType<Input>,
  run: (input: Input, ports: Surroundings & Bound, failover: Failover) => Promise<Output>,
  bind: (wiring: Wiring) => Bound,
): (event: unknown) => Promise<Output | Warm | Checked> {
  const bound = madeOnce(() => bindAll(step, bind));
  let leversAreWarm = false;
  return async (event) => {
    const { wiring, ports } = await bound();
    if (isWarmUp(event)) {
      leversAreWarm = await warmUp(ports, wiring, leversAreWarm);
      return { warm: true };
    }
    if (isCheckUp(event)) return { checkedUp: await checkUp(step, ports, wiring) };
    const about = subjectOf(event);
    const startedAt = ports.clock.now();
    try {
      const output = await run(parse(step, payload, event), ports, wiring.failover);
      wiring.log.info('done', { ...about, tookMs: ports.clock.now() - startedAt });
      return output;
    } catch (error) {
      wiring.log.error('failed', { ...about, because: sentence(error), tookMs: ports.clock.now() - startedAt });
      throw error;
    } finally {
      await ports.metrics.flush();
    }
  };
}

interface Checked {
  readonly checkedUp: readonly CheckedUp[];
}

interface Warm {
  readonly warm: true;
}

/** `{"warm":true}`, sent every few minutes: a function that only runs in an outage is always cold in one. */
export function isWarmUp(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'warm' in event && event.warm === true;
}

/**
 * Reads over every port that reads, and changes nothing: what is loaded and compiled now is not in the way when it matters.
 * Levers once a container, for a KeyValueStore may be billed by the read and connections do not outlast the pause
 * between two warm-ups. Returns whether they are warm now.
 */
async function warmUp(ports: Partial<Ports>, { failover, log }: Wiring, leversAreWarm: boolean): Promise<boolean> {
  const warmed = async (reads: readonly unknown[]) => {
    const settled = await Promise.allSettled(reads);
    const failed = settled.filter((read) => read.status === 'rejected');
    for (const { reason } of failed) log.warn('not everything could be warmed', { because: sentence(reason) });
    return failed.length === 0;
  };
  const { services, observers } = failover;
  const aims = services.slice(0, 1).map((service) => aimAtControl(failover, service));
  const [levers] = await Promise.all([
    leversAreWarm || warmed(services.map((service) => ports.levers && warmLever(ports.levers(service)))),
    warmed(services.flatMap((service) => [ports.ledger?.read(service.name), ports.alarms?.read(service)])),
    warmed(observers.map((observer) => ports.vantages?.burst(observer, aims, { count: 1, intervalMs: 1 }))),
  ]);
  return levers;
}

/** Rejects where it, or a part of it, cannot be read. */
async function warmLever(lever: Lever): Promise<void> {
  const said = (await lever.complaints?.()) ?? [];
  if (said.length > 0) throw new LeverUnavailable(said.join('; '));
  const reading = await lever.read();
  if (reading.kind === 'unreadable') throw new LeverUnavailable(reading.because);
}

interface Bindings<Bound> {
  readonly wiring: Wiring;
  readonly ports: Surroundings & Bound;
}

async function bindAll<Bound extends Partial<Ports>>(
  step: string,
  bind: (wiring: Wiring) => Bound,
): Promise<Bindings<Bound>> {
  const wiring = await wiringOf(step, process.env);
  return { wiring, ports: { ...surroundings(wiring), ...bind(wiring) } };
}

function parse<Input>(step: string, payload: z.ZodType<Input>, event: unknown): Input {
  const parsed = payload.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new MalformedPayload(`payload of ${step}: ${complaint(parsed.error)}`);
}

/** Which incident a log line is about. */
function subjectOf(event: unknown): { readonly incident?: string } {
  if (typeof event !== 'object' || event === null || !('incident' in event)) return {};
  const { incident } = event;
  if (typeof incident !== 'object' || incident === null || !('id' in incident)) return {};
  return typeof incident.id === 'string' ? { incident: incident.id } : {};
}
