import type { Evidence } from '../core/evidence.ts';
import type { Observation } from '../core/observation.ts';
import type { Failover, Service } from '../core/service.ts';
import type { At, Mistake } from './mistake.ts';

/**
 * What evidence may take of the 256 KiB that a state hands on at most: half, for the next look stands beside the one before,
 * and what is too much for a state ends its run without a conclusion.
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const evidenceMaxBytes = 128 * 1024;

/** Evidence that would be more than a state hands on, were every probe to see the most that a probe can see. */
export function* evidenceMistakes(
  service: Service,
  { observers }: Pick<Failover, 'observers'>,
  at: At,
): Generator<Mistake> {
  const { count } = service.policy.burst;
  const most =
    (evidenceMaxBytes - restBytes(service, observers)) /
    (evidenceBytes(service, observers, 1) - restBytes(service, observers));
  if (count <= most) return;
  const kib = Math.ceil(evidenceBytes(service, observers, count) / 1024);
  yield {
    path: at('policy', 'burst', 'count'),
    message: `is ${count}: ${observers.length} observers with ${targetsOf(service)} targets make up to ${kib} KiB of evidence, of which a run may carry ${evidenceMaxBytes / 1024}; ${
      most >= 1 ? `write at most ${Math.floor(most)}` : 'have fewer observers or regions'
    }`,
  };
}

/** The most that one look with bursts of `count` comes to, as JSON. */
export function evidenceBytes(service: Service, observers: readonly string[], count: number): number {
  return (
    observers.length * targetsOf(service) * count * (observationBytes(service) + 1) + restBytes(service, observers)
  );
}

/** Every region and the front door, each asked to write as well where there is a write probe, and the control target. */
const targetsOf = ({ regions, writeProbe }: Service) => (regions.length + 1) * (writeProbe === undefined ? 1 : 2) + 1;

function observationBytes({ healthy, writeProbe }: Service): number {
  const seen: Observation = {
    observer: longest,
    target: { kind: 'regional', region: longest, ...(writeProbe === undefined ? {} : { request: 'write' }) },
    at: 1e12,
    latencyMs: 0,
    outcome: { kind: 'bad', because: 'content-type', detail: '' },
  };
  return bytesOf(seen) + numberMaxBytes + Math.max(detailBytes(healthy), detailBytes(writeProbe ?? healthy));
}

/** See core/judge.ts and synthetics/probe.ts: what a detail quotes is the name of a member, a media type, or a code. */
function detailBytes({ body, contentType }: Pick<Service['healthy'], 'body' | 'contentType'>): number {
  const members = Object.keys(body).map((path) => bytesOf(`body member ${path} is a number too large to compare`));
  return Math.max(quotedTypeBytes + bytesOf(contentType ?? ''), quotedCodeBytes, ...members);
}

const quotedTypeBytes = 'content type , not '.length + 101;
const quotedCodeBytes = 'no secure connection ()'.length + 60;

/** What stands in evidence beside the observations. */
function restBytes({ regions, hooks, writeProbe }: Service, observers: readonly string[]): number {
  const alarm: Evidence['alarms'][number] = {
    observer: longest,
    region: longest,
    state: 'INSUFFICIENT_DATA',
    since: 1e12,
    evaluation: 'EVALUATION_FAILURE',
  };
  const red: Evidence['earlier'][number] = { observer: longest, region: longest, since: 1e12 };
  const silent = bytesOf({ observer: longest, because: '' }) + sentenceMaxBytes;
  const ready = bytesOf({ region: longest, check: 'c'.repeat(40), ready: false, detail: '' }) + detailMaxBytes;
  const asked = hooks.filter(({ when = [] }) => when.includes('readiness')).length;
  const memories = writeProbe === undefined ? 1 : 2;
  const memory: Evidence['ledger']['looks'][number] = {
    observer: longest,
    region: longest,
    request: 'write',
    goodAt: 1e12,
    badAt: 1e12,
    // The window slides by a sixth, so it reaches into seven of them.
    counts: Array.from({ length: 7 }, () => ({ at: 1e12, good: 1e4, bad: 1e4 })),
  };
  const user: NonNullable<Evidence['users']>[number] = {
    region: longest,
    alarm: '',
    in: longest,
    says: 'veto',
    state: 'INSUFFICIENT_DATA',
    since: 1e12,
    evaluation: 'EVALUATION_FAILURE',
    muted: false,
  };
  const users = regions.flatMap(({ userAlarms = [] }) => userAlarms.map(({ name }) => bytesOf(user) + bytesOf(name)));
  return (
    users.reduce((sum, bytes) => sum + bytes, 0) +
    observers.length * (silent + regions.length * (bytesOf(alarm) + bytesOf(red) + memories * bytesOf(memory))) +
    regions.length * asked * ready +
    recordMaxBytes
  );
}

/** A region's name, as long as one may be. */
const longest = 'ap-northeast-11' as Observation['observer'];

/** 17 digits, a sign, a point and an exponent. */
const numberMaxBytes = 24;

const sentenceMaxBytes = 300 * 3;
/** Of a hook's own words and ours around them, each letter of three bytes. */
const detailMaxBytes = 600 * 3;
/** The ledger's record and the routing: troubles told, a pause's reason, names. */
const recordMaxBytes = 16 * 1024;

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
