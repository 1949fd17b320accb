import * as z from 'zod';
import type { HookMoment } from '../core/hook.ts';
import type { ReadyHook, ReadyKind } from '../core/ready-hook.ts';
import { regionNames, type Service } from '../core/service.ts';
import { positiveMs } from './healthy-schema.ts';
import type { At, Mistake } from './mistake.ts';
import { regionSchema } from './regions.ts';

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html */
const clusterSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/, 'must be the identifier of a cluster, and not its ARN');
const clustersSchema = z.record(regionSchema, clusterSchema);
/** Of what AWS names: no ARN, for the same name stands in each region. */
const nameSchema = z.string().regex(/^[A-Za-z0-9_.-]{1,255}$/, 'must be a name of letters, digits, _, . or -, no ARN');
const countSchema = z.number().int().min(0).max(10_000);
const unknownSchema = z.enum(['ok', 'veto']).default('ok');

const sizedSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ecs'), cluster: nameSchema, service: nameSchema }),
  z.strictObject({ kind: z.literal('autoscaling'), group: nameSchema }),
  z.strictObject({ kind: z.literal('lambda'), function: nameSchema, alias: nameSchema }),
]);

export const readyHookSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('dynamodb-lag'),
    table: nameSchema,
    maxLagMs: positiveMs,
    whenUnknown: unknownSchema,
  }),
  z.strictObject({
    kind: z.literal('aurora-lag'),
    clusters: clustersSchema,
    maxLagMs: positiveMs,
    whenUnknown: unknownSchema,
  }),
  z.strictObject({
    kind: z.literal('aurora-global'),
    globalCluster: clusterSchema,
    clusters: clustersSchema,
    allowDataLoss: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal('capacity'), of: sizedSchema, serving: countSchema.min(1) }),
  z.strictObject({ kind: z.literal('size'), of: sizedSchema, serving: countSchema.min(1), standby: countSchema }),
  z.strictObject({
    kind: z.literal('event-sources'),
    mappings: z.record(regionSchema, z.array(z.uuid('must be the UUID of an event source mapping'))),
  }),
]);

/** When each is called, and how long at most: what it waits for takes minutes at AWS. */
export const readyDefaults: Readonly<
  Record<ReadyKind, { readonly when: readonly HookMoment[]; readonly timeoutMs: number }>
> = {
  'dynamodb-lag': { when: ['readiness'], timeoutMs: 10_000 },
  'aurora-lag': { when: ['readiness'], timeoutMs: 10_000 },
  capacity: { when: ['readiness'], timeoutMs: 10_000 },
  size: { when: ['prepare', 'undo', 'return'], timeoutMs: 240_000 },
  'aurora-global': { when: ['prepare', 'undo'], timeoutMs: 540_000 },
  'event-sources': { when: ['after', 'return'], timeoutMs: 30_000 },
};

/** What a ready hook says of regions must be said of each of the service's. */
export function* readyMistakes(service: Service, ready: ReadyHook, at: At): Generator<Mistake> {
  if (ready.kind === 'size' && ready.standby > ready.serving) {
    yield { path: at('standby'), message: `is ${ready.standby}, more than serving (${ready.serving})` };
  }
  for (const [member, byRegion] of Object.entries(placesOf(ready))) {
    const regions: readonly string[] = regionNames(service);
    for (const region of regions) {
      if (!Object.hasOwn(byRegion, region)) yield { path: at(member), message: `has none for ${region}` };
    }
    for (const region of Object.keys(byRegion)) {
      if (!regions.includes(region))
        yield { path: at(member, region), message: `is no region of ${service.name}; it has ${regions.join(', ')}` };
    }
  }
}

function placesOf(ready: ReadyHook): Readonly<Record<string, object>> {
  if ('clusters' in ready) return { clusters: ready.clusters };
  return 'mappings' in ready ? { mappings: ready.mappings } : {};
}
