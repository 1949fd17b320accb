import * as z from 'zod';
import type { Service } from '../core/service.ts';
import { ConfigurationMistake } from './define-failover.ts';

/*
 * What stands behind the services of a configuration, so that the stack that deploys it and the sandbox that plays it are
 * made from the same words.
 */

const nameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'must be lower-case letters, digits or -');

const pathSchema = z.string().startsWith('/', 'must start with /');

/** The API of a service in each of its regions. */
const applicationSchema = z.strictObject({
  /** `app/<bundle>.lambda.ts` of the topology, built to `dist/topologies/<topology>/<bundle>/index.mjs`. */
  bundle: nameSchema,
  /** How the bundle is deployed: as it is, or in a container image. */
  packaging: z.enum(['zip', 'image']).default('zip'),
  /** What calls the function, and with which event: format 1.0 for a REST API, 2.0 for an HTTP API and for a function URL. */
  integration: z.enum(['rest-api', 'http-api', 'function-url']),
  /** Paths that a REST API hands on to the front door of another service, without a function. */
  proxies: z.record(pathSchema, nameSchema).default({}),
  /** Environment of the function, by region. */
  environment: z.record(z.string(), z.record(z.string(), z.string())).default({}),
  /** Folder of the topology with the files of a static site, which is in each region beside the API. */
  site: nameSchema.optional(),
});

const cacheSchema = z.strictObject({
  ttlSeconds: z.number().int().positive(),
  /** Parts of the key; nothing else of the query reaches the origin. */
  queryStrings: z.array(z.string()).default([]),
  headers: z.array(z.string().toLowerCase()).default([]),
});

const behaviourSchema = z.strictObject({
  /** `*` for the rest, and then it is the last one. */
  pathPattern: z.string(),
  service: nameSchema,
  part: z.enum(['api', 'site']).default('api'),
  methods: z.enum(['all', 'reads']).default('all'),
  /** Null where nothing is cached. */
  cache: cacheSchema.nullable().default(null),
});

/** What a caller asks for, where a play measures. `{n}` is another number each time. */
const callerSchema = z.strictObject({
  get: pathSchema,
  post: z.strictObject({ path: pathSchema, body: z.record(z.string(), z.string()).default({}) }).nullable(),
  /** Media type of a good answer, where it is not the one of the health probe. */
  contentType: z.string().optional(),
});

export const topologySchema = z.strictObject({
  name: nameSchema,
  /** Where the names of the services are, and of each of their regional endpoints. It exists already. */
  hostedZone: z.strictObject({ id: z.string().regex(/^Z[A-Z0-9]{1,31}$/), name: z.string() }),
  /** By service. */
  applications: z.record(nameSchema, applicationSchema),
  /** Of the distribution; none where every service moves by DNS. */
  behaviours: z.array(behaviourSchema).default([]),
  /** By service; the front door itself is asked where there is none. */
  callers: z.record(nameSchema, callerSchema).default({}),
});

export type TopologyInput = z.input<typeof topologySchema>;
export type Topology = z.output<typeof topologySchema>;
export type Application = z.output<typeof applicationSchema>;
export type TopologyBehaviour = z.output<typeof behaviourSchema>;
export type Callers = z.output<typeof callerSchema>;

/** Where a topology is described, and under which name it is built. */
export const topologyFolder = (name: string): string => `infra/topologies/${name}`;

export const builtTopology = (dist: string, name: string): string => `${dist}/topologies/${name}`;

/**
 * How CloudFront reaches an origin. One attempt of a second: its default, three of ten, would hold a read for half a minute
 * before it fails over. What reads wait for at most is their product, plus the answer of the second region.
 */
export const originLimits = { connectionAttempts: 1, connectionTimeoutSeconds: 1, readTimeoutSeconds: 3 } as const;

/**
 * Answers after which a read is tried at the second region. 403 and 404 are answers, not outages; 429 is none that
 * CloudFront takes. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html
 */
export const failoverStatusCodes: readonly number[] = [500, 502, 503, 504];

/** Of every application's function: shorter than CloudFront waits, or it would work for nobody. */
export const applicationTimeoutSeconds = 3;

/** Id of the origin that holds the static site of a region, from the one of its API. */
export const siteOriginId = (originId: string): string => `${originId}-site`;

/**
 * Where a behaviour leads while the function says nothing: reads alone to the origins of the first two regions, the second one
 * for answers in `failoverStatusCodes`; whatever takes writes to the home region's alone, for CloudFront takes no other.
 */
export function targetOf(
  { pathPattern, part, methods }: Pick<TopologyBehaviour, 'pathPattern' | 'part' | 'methods'>,
  { name, lever, regions }: Pick<Service, 'name' | 'lever' | 'regions'>,
): { readonly home: string; readonly standby: string | null } {
  if (lever.kind !== 'kvs') throw new Error(`behaviour ${pathPattern}: ${name} does not move by a KeyValueStore`);
  const [home, standby] = regions.map(({ region }) => {
    const id = lever.origins[region] ?? region;
    return part === 'site' ? siteOriginId(id) : id;
  });
  if (home === undefined || standby === undefined) throw new Error(`${name} has fewer than two regions`);
  return { home, standby: methods === 'reads' ? standby : null };
}

/** Only carries the types, as `defineFailover` does. */
export function defineTopology(input: TopologyInput): TopologyInput {
  return input;
}

/** Throws `ConfigurationMistake`. */
export function parseTopology(input: unknown, source: string): Topology {
  const parsed = topologySchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new ConfigurationMistake(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    source,
  );
}
