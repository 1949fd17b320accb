import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildEdge } from '../../build/edge.ts';
import { encodeOverride, encodeServiceValue } from '../../core/routing-value.ts';
import { inVm } from './engine.ts';
import { oneService } from './example-table.ts';

let dir: string;
let file: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'understudy-choice-'));
  file = join(dir, 'viewer-request.js');
  await buildEdge(oneService, file);
});

afterAll(() => rm(dir, { recursive: true }));

const regions = ['us-east-1', 'us-west-2'] as const;
type Region = (typeof regions)[number];
const origins: Readonly<Record<string, Region>> = { east: 'us-east-1', west: 'us-west-2' };

/** The choice as a toy: what each region may get, and where each viewer was sent last. */
interface Model {
  readonly weights: Record<Region, number>;
  readonly limits: Partial<Record<Region, number>>;
  readonly last: Map<string, Region>;
  /** Regions that got more, and regions that got less, since each viewer was sent somewhere. */
  readonly raised: Map<string, Set<Region>>;
  readonly lowered: Map<string, Set<Region>>;
}

interface Real {
  store: Record<string, string>;
}

const effective = ({ weights, limits }: Model, region: Region) => Math.min(weights[region], limits[region] ?? 2 ** 31);

type Call = fc.AsyncCommand<Model, Real>;

/** A command that prints like a call. */
const call = (name: string, run: (model: Model, real: Real) => Promise<void>): Call => ({
  check: () => true,
  run,
  toString: () => name,
});

/** Changes the toy, and remembers for every viewer which regions got more or less by it. */
function change(model: Model, real: Real, edit: () => void): void {
  const before = regions.map((region) => effective(model, region));
  edit();
  for (const [index, region] of regions.entries()) {
    const more = effective(model, region) - (before[index] ?? 0);
    if (more === 0) continue;
    for (const set of (more > 0 ? model.raised : model.lowered).values()) set.add(region);
  }
  const service = encodeServiceValue({ epoch: 1, weights: model.weights });
  const override = encodeOverride({ epoch: 1, weights: model.limits as Record<string, number> });
  if (service.kind === 'malformed' || override.kind === 'malformed') throw new Error('not a value');
  real.store = { 's/orders': service.text, g: override.text };
}

const write = (east: number, west: number): Call =>
  call(`write(${east}, ${west})`, async (model, real) =>
    change(model, real, () => Object.assign(model.weights, { 'us-east-1': east, 'us-west-2': west })),
  );

const raise = (region: Region): Call =>
  call(`raise(${region})`, async (model, real) =>
    change(model, real, () => {
      model.weights[region] = Math.max(250, model.weights[region] * 2);
    }),
  );

const limit = (region: Region, highest: number | null): Call =>
  call(`limit(${region}, ${highest})`, async (model, real) =>
    change(model, real, () => {
      if (highest === null) delete model.limits[region];
      else model.limits[region] = highest;
    }),
  );

const request = (viewer: string, method: string): Call =>
  call(`${method}(${viewer})`, async (model, real) => {
    const [steered] = await inVm(file, [{ store: real.store, ip: viewer, method }]);

    expect(steered?.thrown).toBeNull();
    const chosen = [steered?.chosen ?? []].flat().map((origin) => origins[origin] as Region);
    const [first, second] = chosen;
    const usable = regions.filter((region) => effective(model, region) >= 0);
    const sharing = usable.filter((region) => effective(model, region) > 0);
    // A share wins over a standby, a standby over nobody; where every region is fenced the default one serves, alone.
    const allowed = sharing.length > 0 ? sharing : usable.length > 0 ? usable.slice(0, 1) : ['us-east-1'];
    expect(allowed).toContain(first);
    // Writes never fail over; reads do, wherever a second region is not fenced.
    expect(chosen.length).toBe(method === 'GET' && usable.length === 2 ? 2 : 1);
    if (second !== undefined) expect(usable).toContain(second);
    // Sticky: a viewer leaves a region only for one that got more, or because its own got less.
    const before = model.last.get(viewer);
    if (before !== undefined && first !== before) {
      const mayGo = model.raised.get(viewer)?.has(first as Region) || model.lowered.get(viewer)?.has(before);
      expect(mayGo).toBe(true);
    }
    model.last.set(viewer, first as Region);
    model.raised.set(viewer, new Set());
    model.lowered.set(viewer, new Set());
  });

const weight = fc.constantFrom(-1, 0, 1, 250, 500, 750, 1000);
const region = fc.constantFrom(...regions);
const viewer = fc.constantFrom('198.51.100.7', '203.0.113.9', '2001:db8::1');

test('the function that ships chooses as a toy does, whatever is written and limited between requests', async () => {
  const calls = fc.commands(
    [
      fc.tuple(weight, weight).map(([east, west]) => write(east, west)),
      region.map(raise),
      fc.tuple(region, fc.constantFrom(-1, 0, null)).map(([where, highest]) => limit(where, highest)),
      fc.tuple(viewer, fc.constantFrom('GET', 'POST')).map(([who, method]) => request(who, method)),
      fc.tuple(viewer, fc.constantFrom('GET', 'POST')).map(([who, method]) => request(who, method)),
    ],
    { maxCommands: 25 },
  );
  await fc.assert(
    fc.asyncProperty(calls, (story) =>
      fc.asyncModelRun(async () => {
        const model: Model = {
          weights: { 'us-east-1': 1000, 'us-west-2': 0 },
          limits: {},
          last: new Map(),
          raised: new Map(),
          lowered: new Map(),
        };
        const real: Real = { store: {} };
        change(model, real, () => {});
        return { model, real };
      }, story),
    ),
    { numRuns: 200 },
  );
}, 20_000);
