import * as z from 'zod';
import { type Access, secretPlaces, signingServices } from '../core/access.ts';
import type { Service } from '../core/service.ts';
import { askedUrlSchema, hostOf } from './addresses.ts';
import type { At, Mistake } from './mistake.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
const parameterName = z
  .string()
  .regex(
    /^(\/?[a-zA-Z0-9_.-]+)(\/[a-zA-Z0-9_.-]+){0,14}$/,
    'must be the name of an SSM parameter, like /orders/probe-key',
  )
  .max(1011);

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html */
const secretName = z
  .string()
  .regex(
    /^[a-zA-Z0-9/_+=.@-]{1,512}$/,
    'must be the name of a secret in Secrets Manager, like orders/probe: ARNs differ from region to region',
  );

const field = z.string().min(1, 'must name a member of the secret').optional();

/** A value itself is refused: it would stand in templates, layers and this repository. */
const placeSchema = z.union(
  [z.strictObject({ parameter: parameterName }), z.strictObject({ secret: secretName, field })],
  { error: 'must say where the secret lies: { parameter: "/orders/probe-key" } or { secret: "orders/probe" }' },
);

const prefix = z
  .string()
  .regex(/^[\x20-\x7e]{0,100}$/, 'must be plain letters')
  .optional();

const headerValueSchema = z.union(
  [
    z
      .string()
      .regex(/^[\x20-\x7e\t]*$/, 'must be plain letters, as a header has them')
      .max(1_000, 'must have at most 1000 letters'),
    z.strictObject({ parameter: parameterName, prefix }),
    z.strictObject({ secret: secretName, field, prefix }),
  ],
  { error: 'must be a text, { parameter: "/orders/probe-key" } or { secret: "orders/probe", field: "key" }' },
);

/** Lower case: names of headers are equal whatever their case, and two of one name would be sent. */
const headersSchema = z.record(
  z
    .string()
    .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header, like x-api-key')
    .toLowerCase(),
  headerValueSchema,
);

export const accessSchema = z.strictObject({
  headers: headersSchema.default({}),
  certificate: z
    .strictObject({ certificate: placeSchema, key: placeSchema, authority: placeSchema.optional() })
    .optional(),
  sign: z
    .strictObject({
      service: z.enum(signingServices),
      resources: z
        .array(
          z
            .string()
            .regex(/^arn:aws[a-z-]*:(execute-api|lambda|vpc-lattice):[a-z0-9-]+:\d{12}:/, 'must be an ARN')
            .refine((arn) => !arn.includes('*'), 'has a *; write the exact ARN of what probes call'),
        )
        .min(1, 'must name what probes may call'),
    })
    .optional(),
  token: z
    .strictObject({
      url: askedUrlSchema,
      clientId: z.string().min(1).max(500),
      clientSecret: placeSchema,
      scope: z.string().min(1).max(1_000).optional(),
    })
    .optional(),
});

/** What a probe says of itself, of its connection and of its content: said twice, nobody knows which is heard. */
const ownHeaders: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
]);

/** Members that contradict one another. */
export function* accessMistakes({ access, regions, frontDoor }: Service, at: At): Generator<Mistake> {
  if (access === undefined) return;
  for (const name of Object.keys(access.headers)) {
    const path = at('access', 'headers', name);
    if (name === 'host') yield { path, message: 'is given by regions[].host, because each region has its own' };
    else if (ownHeaders.has(name)) yield { path, message: 'is what a probe says of its own connection; leave it out' };
    const [other] = authorizing(access);
    if (name === 'authorization' && other !== undefined)
      yield { path, message: `is what access.${other} sends; leave one of them out` };
  }
  if (access.sign !== undefined && access.token !== undefined) {
    yield {
      path: at('access', 'sign'),
      message: 'and access.token both send Authorization, which a request has once; leave one of them out',
    };
  }
  for (const [r, { endpoint }] of regions.entries()) yield* inTheOpen(access, endpoint, at('regions', r, 'endpoint'));
  yield* inTheOpen(access, frontDoor.url, at('frontDoor', 'url'));
  if (access.token !== undefined) yield* inTheOpen(access, access.token.url, at('access', 'token', 'url'));
}

const authorizing = ({ sign, token }: Access) => [
  ...(sign === undefined ? [] : (['sign'] as const)),
  ...(token === undefined ? [] : (['token'] as const)),
];

/** This machine's own addresses are a sandbox's, and nobody listens there. */
const onLoopback = (url: string) => /^(127\.[\d.]+|localhost|[^:]+\.test)(:\d+)?$/.test(hostOf(url));

/** A secret that is sent without TLS is everybody's on the way. */
function* inTheOpen(access: Access, url: string, path: Mistake['path']): Generator<Mistake> {
  const carries = secretPlaces(access).length > 0 || access.sign !== undefined;
  if (carries && url.startsWith('http:') && !onLoopback(url)) {
    yield { path, message: 'is http, and probes bring a secret (access) that all could read on the way; write https' };
  }
}
