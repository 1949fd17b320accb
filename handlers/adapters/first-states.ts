import * as z from 'zod';
import { LeverUnavailable } from '../errors.ts';
import type { Clock, Wait } from '../ports.ts';
import type { ArcCluster, ControlStates } from './arc-cluster.ts';

const schema = z.object({
  endpoints: z.array(z.object({ region: z.string().min(1), url: z.url() })).length(5),
  /** The home region's control; all the others stay Off. */
  home: z.string().min(1),
  controls: z.array(z.string().min(1)).min(2),
});

export type FirstStates = z.output<typeof schema>;

/** Throws where the template gave something else. */
export const parseFirstStates = (properties: unknown): FirstStates => schema.parse(properties);

/**
 * Turns On the home region's control where all are Off, as ARC makes them. Controls of which any is On are live, whoever
 * made them so: they stay as they are, also where a template makes CloudFormation believe that they are new.
 *
 * A cluster that was made a moment ago may not answer yet. Throws `LeverUnavailable` when it does not for four minutes.
 */
export async function firstStates(
  { home, controls }: Pick<FirstStates, 'home' | 'controls'>,
  { cluster, clock, wait }: { readonly cluster: ArcCluster; readonly clock: Clock; readonly wait: Wait },
): Promise<'turned-on' | 'left-alone'> {
  const until = clock.now() + patienceMs;
  for (;;) {
    try {
      return await attempt(home, controls, cluster);
    } catch (error) {
      if (!(error instanceof LeverUnavailable) || clock.now() >= until) throw error;
      await wait(pauseMs);
    }
  }
}

async function attempt(home: string, controls: readonly string[], cluster: ArcCluster) {
  const states = await cluster.read(controls);
  if (controls.some((arn) => states[arn] === 'On')) return 'left-alone';
  const wanted: ControlStates = Object.fromEntries(controls.map((arn) => [arn, arn === home ? 'On' : 'Off']));
  const answer = await cluster.update(wanted, new Set());
  if (answer.kind === 'written') return 'turned-on';
  const because = answer.kind === 'overtaken' ? 'somebody else has written them' : answer.because;
  throw new LeverUnavailable(`the first states of the routing controls: ${because}`);
}

const patienceMs = 4 * 60_000;
const pauseMs = 10_000;
