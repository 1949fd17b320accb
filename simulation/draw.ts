import type { Region } from '../core/brand.ts';
import type { Policy } from '../core/service.ts';
import { Random } from './engine/random.ts';
import { home, regionsMost, standby } from './failover.ts';
import { type Fault, type FaultKind, faultKinds } from './faults/catalogue.ts';
import { odds } from './faults/odds.ts';
import { type Act, type Item, isFault, type Plan, usersHabits } from './plan.ts';

const s = 1_000;
const m = 60_000;

/** The plan of a seed: what there is, what goes wrong, what people do. */
export function drawPlan(seed: number): Plan {
  const random = new Random(seed).stream('plan');
  // Each kind of fault has its turn, so that the rare ones are met as well; what else goes wrong is left to chance.
  const own = faultKinds[seed % faultKinds.length] as FaultKind;
  const { needs } = odds[own];
  const drawn = random.weighted([
    [5, 'kvs'],
    [3, 'arc'],
    [2, 'beacon'],
  ] as const);
  const lever = needs === 'kvs' || needs === 'arc' || needs === 'beacon' ? needs : drawn;
  const someHooks = random.weighted<Plan['hooks']>([
    [7, []],
    [1, ['prepare']],
    [1, ['readiness']],
    [1, ['readiness', 'prepare']],
  ]);
  const hooks = needs === 'prepare' || needs === 'readiness' ? (['readiness', 'prepare'] as const) : someHooks;
  const drawnPolicy = drawPolicy(lever, random);
  const policy = needs === 'approval' ? { ...drawnPolicy, ...askingPeople(random) } : drawnPolicy;
  const items: Item[] = [];
  // Most stories begin with the loss of home, for good or for a while.
  if (needs !== undefined || random.percent(70)) items.push(drawLoss(random));
  const count = random.weighted([
    [4, 0],
    [5, 1],
    [3, 2],
    [1, 4],
  ] as const);
  const kinds = faultKinds.filter((kind) => {
    const wants = odds[kind].needs;
    return wants === undefined || wants === lever || hooks.some((hook) => hook === wants);
  });
  const names = Array.from({ length: count }, () =>
    random.weighted(kinds.map((kind) => [odds[kind].weight, kind] as const)),
  );
  for (const kind of [own, ...names]) items.push(drawFault(kind, random));
  while (random.percent(22)) items.push(drawAct(random));
  // Only what did not succeed can be redriven.
  if (own === 'redriven') {
    const step = random.pick(['assess', 'shift', 'verify', 'conclude'] as const);
    items.push({ atMs: 0, fault: { fault: 'stopped-in', step, nth: 1, by: random.pick([0, 10, 1 * s]) } });
  }
  // Somebody tried the page for moving by hand, there and back, and nobody told the ledger.
  if (random.percent(8)) items.push(byHand(standby, 1 * s), byHand(home, 4 * s));
  if (policy.failback?.automatic === true)
    items.push({ atMs: random.between(1, 240) * s, after: 'first-end', act: { act: 'acknowledge' } });
  if (policy.approval?.required)
    items.push({ atMs: random.between(20, 200) * s, act: { act: random.pick(['approve', 'approve', 'decline']) } });
  const asked = askingSeveral(policy, items, new Random(seed).stream('people'));
  const story = withFreeze(
    withDrill(items, lever, new Random(seed).stream('drill')),
    new Random(seed).stream('freeze'),
  );
  return {
    name: `seed ${seed}`,
    seed,
    lever,
    regions: random.percent(25) ? regionsMost[lever] : 2,
    writes: own === 'api-writes-fail' || random.percent(25),
    policy: asked,
    hooks,
    ...(lever === 'kvs' && random.percent(15) && { half: true }),
    ...(new Random(seed).stream('fast probes').percent(20) && { fastProbe: true }),
    ...(new Random(seed).stream('calendar').percent(10) && { frozen: true }),
    ...usersOf(new Random(seed).stream('users')),
    items: story,
    forMs: 5 * 60 * m,
  };
}

const usersOf = (random: Random): Pick<Plan, 'users'> =>
  random.percent(20) ? { users: random.pick(['truthful', ...usersHabits] as const) } : {};

/**
 * Practice in some stories. Nobody begins a drill where something is wrong, so that in most of these it comes first, and everything else
 * happens in the middle of it. Fewer of the stories in which nobody does anything: they owe a move in time, which a drill leaves open.
 */
function withDrill(items: readonly Item[], lever: Plan['lever'], random: Random): readonly Item[] {
  const isHandsOff = items.every((item) => isFault(item) && item.after === undefined);
  if (!random.percent(isHandsOff ? 5 : 40)) return items;
  const at = random.between(5, 60) * s;
  const percent = lever === 'kvs' ? random.pick([10, 50, 100, 100]) : 100;
  const act = { act: 'drill', percent, for: random.pick([20 * s, 2 * m, 10 * m]) } as const;
  const shiftMs = random.percent(75) ? at + random.between(0, 90) * s : 0;
  const later = items.map((item) => (item.after === undefined ? { ...item, atMs: item.atMs + shiftMs } : item));
  const end: Item[] = random.percent(25) ? [{ atMs: at + random.between(10, 300) * s, act: { act: 'end-drill' } }] : [];
  const stopped: Item[] = random.percent(20)
    ? [{ atMs: at + random.between(1, 120) * s, fault: { fault: 'stopped' } }]
    : [];
  return [...later, { atMs: at, act }, ...end, ...stopped];
}

/** Somebody freezes a region, or the service, in some stories in which people do things anyway; some thaw it again. */
function withFreeze(items: readonly Item[], random: Random): readonly Item[] {
  const isHandsOff = items.every((item) => isFault(item) && item.after === undefined);
  if (isHandsOff || !random.percent(30)) return items;
  const atMs = random.between(0, 120) * s;
  const region = random.pick([standby, standby, home, undefined]);
  const what = region === undefined ? {} : { region };
  const frozen: Item = { atMs, act: { act: 'freeze', ...what, for: random.pick([1 * m, 10 * m, 60 * m]) } };
  const thawed: Item[] = random.percent(30)
    ? [{ atMs: atMs + random.between(30, 600) * s, act: { act: 'thaw', ...what } }]
    : [];
  return [...items, frozen, ...thawed];
}

function drawFault(kind: FaultKind, random: Random): Item {
  const { atMs, after, forMs, ...fault } = odds[kind].draw(random);
  // What concerns a lever or a hook does harm only where one is used: it is there early, and stays for a while.
  const [latestS, shortestS] = odds[kind].needs === undefined ? [150, 1] : [40, 120];
  return {
    atMs: atMs ?? random.between(0, latestS) * s,
    ...(after !== undefined && { after }),
    ...lasting(forMs ?? (random.percent(70) ? random.between(shortestS, 300) * s : undefined)),
    fault: { fault: kind, ...fault } as Fault,
  };
}

const lasting = (forMs: number | undefined): { readonly forMs?: number } => (forMs === undefined ? {} : { forMs });

function drawLoss(random: Random): Item {
  const kind = random.weighted([
    [5, 'api-dark'],
    [2, 'api-refuses'],
    [2, 'api-wrong-body'],
    [1, 'region-lost'],
  ] as const);
  return {
    atMs: random.between(0, 60) * s,
    ...lasting(random.percent(35) ? random.between(5, 400) * s : undefined),
    fault: { fault: kind, region: home },
  };
}

function drawPolicy(lever: Plan['lever'], random: Random): Partial<Policy> {
  return {
    ...(random.percent(15) && {
      ramp: {
        percents: random.pick([
          [50, 100],
          [5, 25, 100],
        ]),
        bakeMs: 10 * s,
      },
    }),
    ...(random.percent(8) && askingPeople(random)),
    ...(random.percent(30) && { failback: { automatic: true, greenForMs: 90 * s } as const, cooldownMs: 60 * s }),
    ...(random.percent(10) && { dwellMs: random.pick([0, 30 * s]) }),
    ...(random.percent(10) && { cooldownMs: random.pick([0, 60 * s]) }),
    ...(random.percent(5) && { automatic: false }),
    ...(random.percent(10) && { verify: { ...shortest[lever].verify, consecutive: 2 } }),
    ...(random.percent(10) && { leaseMs: shortest[lever].leaseMs }),
  };
}

const askingPeople = (random: Random): Pick<Policy, 'approval'> => ({
  approval: {
    required: true,
    deadlineMs: random.pick([30 * s, 120 * s]),
    onDeadline: random.pick(['proceed', 'abort']),
  } as const,
});

/** Some policies want a second person: mostly it is somebody else who approves too, sometimes the same one, who counts once. */
function askingSeveral(policy: Partial<Policy>, items: Item[], random: Random): Partial<Policy> {
  const { approval } = policy;
  if (approval?.required !== true || !random.percent(33)) return policy;
  const by = random.pick(['ops', 'ada', 'ada']);
  items.push({ atMs: random.between(20, 200) * s, act: { act: 'approve', by } });
  return { ...policy, approval: { ...approval, people: 2 } };
}

const byHand = (to: Region, atMs: number): Item => ({ atMs, fault: { fault: 'lever-moved-by-hand', to } });

const quick = { verify: { timeoutMs: 20 * s, intervalMs: 2 * s }, leaseMs: 120 * s };

/** For a beacon what its configuration may say at the least. */
const shortest = {
  kvs: quick,
  arc: quick,
  beacon: { verify: { timeoutMs: 240 * s, intervalMs: 5 * s }, leaseMs: 240 * s },
} as const;

function drawAct(random: Random): Item {
  const atMs = random.between(0, 240) * s;
  const start = { force: random.percent(20), ...(random.percent(60) && { to: random.pick([home, standby]) }) };
  const act = random.weighted<Act>([
    [2, { act: 'pause' }],
    [2, { act: 'pause', for: random.pick([30 * s, 2 * m, 20 * m]) }],
    [2, { act: 'resume' }],
    [2, { act: 'evacuate', region: random.pick([home, home, standby]) }],
    [1, { act: 'unfence', region: random.pick([home, standby]) }],
    [4, { act: 'acknowledge' }],
    [3, { act: 'start', ...start }],
    [2, { act: 'rehearse', ...start }],
  ]);
  return { atMs, act };
}
