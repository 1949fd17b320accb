import * as z from 'zod';
import { region } from '../core/brand.ts';
import type { LeverConfig } from '../core/lever.ts';
import type { Policy } from '../core/service.ts';
import type { Fault } from './faults/catalogue.ts';
import { duration } from './faults/duration.ts';

/** One simulated story, completely: what there is, and what happens when. A seed draws one, a scenario file writes one down. */
export const usersHabits = ['truthful', 'always-red', 'always-green'] as const;

export type UsersHabit = (typeof usersHabits)[number];

export interface Plan {
  readonly name: string;
  /** Of everything that is left to chance while it runs: latencies, jitter, the dice of faults. */
  readonly seed: number;
  readonly lever: LeverConfig['kind'];
  /** Regions of the service: two, or a third one as second choice; never with a beacon. */
  readonly regions: 2 | 3;
  readonly policy: Partial<Policy>;
  readonly hooks: readonly ('readiness' | 'prepare')[];
  /** Whether the service has a write probe. */
  readonly writes?: boolean | undefined;
  /** The first two regions have half of the traffic each; only with a KeyValueStore. */
  readonly half?: boolean | undefined;
  /** Whether observers probe every few seconds beside their canaries. */
  readonly fastProbe?: boolean | undefined;
  /** Whether the calendar freezes every region, for as long as the story lasts. */
  readonly frozen?: boolean | undefined;
  /** What alarms on what users see make of the truth; there are none where it is left out. */
  readonly users?: UsersHabit | undefined;
  readonly items: readonly Item[];
  /** No run is watched for longer, whatever happens. */
  readonly forMs: number;
}

export type Item = Timed & ({ readonly fault: Fault } | { readonly act: Act });

export interface Timed {
  /** Since the beginning, or since the anchor. */
  readonly atMs: number;
  readonly after?: Anchor | undefined;
  /** To the end where it is not said; nothing for an act. */
  readonly forMs?: number | undefined;
}

/** Moments that nobody knows in advance. */
export const anchors = ['first-write', 'first-end', 'first-stop'] as const;
export type Anchor = (typeof anchors)[number];

/** What people do. */
export type Act = z.infer<typeof actSchema>;

const regionName = z.string().min(1).transform(region);
const start = { to: regionName.optional(), from: regionName.optional(), force: z.boolean().default(false) };

export const actSchema = z.discriminatedUnion('act', [
  z.strictObject({ act: z.literal('pause'), for: duration.optional() }),
  z.strictObject({ act: z.literal('resume') }),
  z.strictObject({ act: z.literal('acknowledge') }),
  /** One of several people, where the policy wants as many. */
  z.strictObject({ act: z.literal('approve'), by: z.string().min(1).optional() }),
  z.strictObject({ act: z.literal('decline') }),
  /** As the command does: the region is fenced first, then a run leaves it. */
  z.strictObject({ act: z.literal('evacuate'), region: regionName }),
  z.strictObject({ act: z.literal('unfence'), region: regionName }),
  z.strictObject({ act: z.literal('freeze'), region: regionName.optional(), for: duration }),
  z.strictObject({ act: z.literal('thaw'), region: regionName.optional() }),
  z.strictObject({ act: z.literal('start'), ...start }),
  z.strictObject({ act: z.literal('rehearse'), ...start }),
  z.strictObject({
    act: z.literal('drill'),
    percent: z.int().min(1).max(100).optional(),
    for: duration,
    to: regionName.optional(),
  }),
  /** Before its time. */
  z.strictObject({ act: z.literal('end-drill') }),
]);

export const isFault = (item: Item): item is Item & { readonly fault: Fault } => 'fault' in item;
