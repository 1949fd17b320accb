import * as z from 'zod';
import type { ArcLeverConfig, HostedZone } from '../core/lever.ts';
import type { Service } from '../core/service.ts';
import { baseUrlSchema, hostOf, movedWith } from './addresses.ts';
import { controlArnSchema, storeArnSchema } from './arn.ts';
import { assumeSchema } from './assume-schema.ts';
import type { At, Mistake } from './mistake.ts';
import { regionNameSchema, regionsNamedIn } from './regions.ts';

/** None where the deployment makes the cluster. */
export const endpointsSchema = z
  .array(z.strictObject({ region: regionNameSchema, url: baseUrlSchema }))
  .refine(({ length }) => length === 0 || length === 5, 'must list the five endpoints of the ARC cluster');

export const controlsSchema = z.record(z.string(), controlArnSchema);

const zoneId = z.string().regex(/^Z[A-Z0-9]{1,31}$/, 'must be the id of a hosted zone, like Z0123456789ABCDEFGHIJ');

const dnsName = z
  .string()
  .toLowerCase()
  .regex(/^([a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}\.?$/, 'must be a DNS name')
  .transform((name) => name.replace(/\.$/, ''));

const hostedZoneSchema = z.strictObject({
  id: zoneId,
  name: dnsName,
  aliases: z.record(z.string(), z.strictObject({ dnsName, zoneId })),
});

/** The literals may be left out: then the deployment makes what they would name. */
export const leverSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({
      kind: z.literal('kvs'),
      storeArn: storeArnSchema.optional(),
      endpoint: baseUrlSchema.optional(),
      assume: assumeSchema.optional(),
      origins: z.record(z.string(), z.string().min(1).max(128)),
    }),
    z.strictObject({
      kind: z.literal('arc'),
      endpoints: endpointsSchema.default([]),
      controls: controlsSchema.default({}),
      assume: assumeSchema.optional(),
      hostedZone: hostedZoneSchema.optional(),
    }),
    z.strictObject({
      kind: z.literal('beacon'),
      // AWS/ is AWS's own. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
      namespace: z
        .string()
        .regex(/^(?!AWS\/)[A-Za-z0-9._/#:-]{1,255}$/, 'must be a CloudWatch namespace of your own')
        .optional(),
      periodMs: z.number().positive().default(60_000),
      endpoint: baseUrlSchema.optional(),
      hostedZone: hostedZoneSchema,
    }),
  ],
  {
    error: ({ input }) =>
      `must ${typeof input === 'object' && input !== null ? 'have' : 'be an object with'} the kind "kvs", "arc" or "beacon"`,
  },
);

/** What no single member of a lever can tell. */
export function* leverMistakes(service: Service, at: At): Generator<Mistake> {
  const { lever } = service;
  const names: readonly string[] = service.regions.map(({ region }) => region);
  switch (lever.kind) {
    case 'kvs':
      yield* mismatches(lever.origins, names, service.name, at('lever', 'origins'));
      if (lever.assume !== undefined && lever.storeArn === undefined) {
        yield { path: at('lever', 'storeArn'), message: `is missing, and ${notMadeThere}` };
      }
      return;
    case 'arc':
      yield* arcMistakes(lever, names, service, at);
      return;
    case 'beacon':
      if (names.length !== 2) {
        yield { path: at('regions'), message: `has ${names.length}: a beacon knows a home region and one standby` };
      }
      if (lever.periodMs >= 60_000 && service.policy.verify.timeoutMs < beaconSeenMs) {
        yield {
          path: at('policy', 'verify', 'timeoutMs'),
          message: `must be at least ${beaconSeenMs} for a beacon: so long its alarm, health check and TTL may take`,
        };
      }
      if (service.policy.leaseMs < 4 * lever.periodMs) {
        yield {
          path: at('policy', 'leaseMs'),
          message: `must be at least ${4 * lever.periodMs} for a beacon: a datum may be stamped three periods ahead`,
        };
      }
      yield* zoneMistakes(lever.hostedZone, names, service, at);
      return;
    default:
      lever satisfies never;
  }
}

/**
 * The rest of the minute that the datum falls into, a minute until the alarm's turn, the records' TTL of a minute; a minute
 * more for the health check, of which AWS says no number.
 */
export const beaconSeenMs = 4 * 60_000;

/** What `assume` reaches is there already. */
const notMadeThere = 'a deployment makes nothing in another account: give the literal of what exists there';

function* arcMistakes(lever: ArcLeverConfig, names: readonly string[], service: Service, at: At): Generator<Mistake> {
  const known = Object.keys(lever.controls).length > 0;
  if (lever.assume !== undefined && !known) {
    yield { path: at('lever', 'controls'), message: `is missing, and ${notMadeThere}` };
  }
  if (known || lever.endpoints.length > 0) {
    if (lever.endpoints.length === 0) {
      yield { path: at('lever', 'endpoints'), message: 'is missing, though controls are given: give both, or neither' };
    }
    yield* mismatches(lever.controls, names, service.name, at('lever', 'controls'));
    yield* misnamed(lever.endpoints, at);
  } else if (lever.hostedZone === undefined) {
    yield {
      path: at('lever', 'hostedZone'),
      message: 'is missing: routing controls that the deployment makes need the zone whose records follow them',
    };
  }
  if (names.length > 10) {
    yield {
      path: at('lever', 'controls'),
      message: 'has more than 10: ARC updates at most 10 routing controls in one call',
    };
  }
  if (lever.hostedZone !== undefined) yield* zoneMistakes(lever.hostedZone, names, service, at);
}

/** Requests are signed for the region: a wrong one makes an endpoint refuse whatever it is asked. */
function* misnamed(endpoints: ArcLeverConfig['endpoints'], at: At): Generator<Mistake> {
  for (const [index, { region, url }] of endpoints.entries()) {
    const named = regionsNamedIn(hostOf(url));
    if (named.length === 0 || named.includes(region)) continue;
    const message = `is ${region}, and the url beside it names ${named.join(', ')}`;
    yield { path: at('lever', 'endpoints', index, 'region'), message };
  }
}

function* zoneMistakes({ name, aliases }: HostedZone, names: readonly string[], service: Service, at: At) {
  const hostname = movedWith(service.frontDoor.url);
  // What is no URL has a mistake of its own already.
  if (hostname !== '' && hostname !== name && !hostname.endsWith(`.${name}`)) {
    yield { path: at('lever', 'hostedZone', 'name'), message: `is ${name}, and ${hostname} is not within it` };
  }
  if (names.length > 2) {
    yield {
      path: at('lever', 'hostedZone'),
      message: `has failover records, which know two regions and not ${names.length}`,
    };
  }
  yield* mismatches(aliases, names, service.name, at('lever', 'hostedZone', 'aliases'));
}

/** Regions without an entry, and entries without a region. */
function* mismatches(
  owned: Readonly<Record<string, unknown>>,
  names: readonly string[],
  service: string,
  path: Mistake['path'],
): Generator<Mistake> {
  for (const name of names.filter((name) => !(name in owned))) yield { path, message: `has none for ${name}` };
  for (const name of Object.keys(owned).filter((name) => !names.includes(name))) {
    yield { path: [...path, name], message: `is no region of ${service}` };
  }
}

/** Rules between the levers of all services. */
export function* leversMistakes(services: readonly Service[]): Generator<Mistake> {
  let first: { readonly name: string; readonly storeArn: string | undefined } | null = null;
  for (const [index, { name, lever }] of services.entries()) {
    if (lever.kind !== 'kvs') continue;
    first ??= { name, storeArn: lever.storeArn };
    if (lever.storeArn !== first.storeArn) {
      yield {
        path: ['services', index, 'lever', 'storeArn'],
        message: `must be that of ${first.name}: the one viewer-request function reads one store`,
      };
    }
  }
  yield* tooMany(services);
}

/** What is made reaches functions as one variable of their environment. */
function* tooMany(services: readonly Service[]): Generator<Mistake> {
  const made = services.filter(({ lever }) => lever.kind === 'arc' && lever.endpoints.length === 0);
  const bytes = made.reduce(
    (sum, { name, regions }) =>
      regions.reduce((all, { region }) => all + region.length + controlArnBytes, sum + name.length + 6),
    sharedBytes,
  );
  if (bytes > variableBytesMax) {
    yield {
      path: ['services'],
      message: `has ${made.length} with routing controls that the deployment makes: ${bytes} bytes in the environment of each function, where ${variableBytesMax} are to be had; give endpoints and controls of those that exist`,
    };
  }
}

/** Of 4 KB for all variables. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const variableBytesMax = 3_700;

/** The store's ARN, and five endpoints with their regions. */
const sharedBytes = 120 + 5 * 120;

/** With quotes: arn:aws:route53-recovery-control::ACCOUNT:controlpanel/32/routingcontrol/16. */
const controlArnBytes = 124 + 6;
