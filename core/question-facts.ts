import type { Instant, Region } from './brand.ts';
import { drilledText } from './drill-text.ts';
import type { Evidence } from './evidence.ts';
import { lasting } from './lasting.ts';
import type { Message } from './messages.ts';
import type { Plan } from './plan.ts';
import type { LedgerRecord } from './record.ts';

/**
 * What a person looks at before they say yes: what was seen, what would be written, whether the target has what it needs, and when
 * this was practised last. Evidence that is not to be had is said to be missing.
 */
export function questionFacts(
  { plan, evidence, record }: { plan: Plan; evidence: Evidence | null; record: LedgerRecord },
  now: Instant,
): Message['facts'] {
  return [
    { name: 'Evidence', value: evidence === null ? 'not to be had: the ledger did not give it' : seen(plan, evidence) },
    { name: 'Would be written', value: written(plan, record) },
    ...ready(plan, evidence),
    { name: 'Last drill', value: drilled(record, now) },
  ];
}

/** `us-east-1: 0 of 15 probes good, from 3 observers · us-west-2: 15 of 15 probes good, from 3 observers` */
function seen({ from, to }: Plan, { observations }: Evidence): string {
  const of = (region: Region): string => {
    const own = observations.filter(({ target }) => target.kind === 'regional' && target.region === region);
    const good = own.filter(({ outcome }) => outcome.kind === 'good').length;
    const observers = new Set(own.map(({ observer }) => observer)).size;
    return `${region}: ${good} of ${own.length} probes good, from ${observers} observers`;
  };
  return `${of(from)} · ${of(to)}`;
}

/** `epoch 8 · us-east-1 1000 → 0, us-west-2 0 → 1000` */
function written({ prior, steps }: Plan, { epoch }: LedgerRecord): string {
  const last = steps.at(-1)?.weights ?? prior.weights;
  const changes = Object.entries(last)
    .filter(([region, weight]) => prior.weights[region as Region] !== weight)
    .map(([region, weight]) => `${region} ${prior.weights[region as Region] ?? 0} → ${weight}`);
  const ramp = steps.length > 1 ? ` · in steps of ${steps.map(({ percent }) => percent).join(', ')} %` : '';
  return `epoch ${epoch} · ${changes.join(', ') || 'nothing new'}${ramp}`;
}

/** What readiness hooks say of the target: replication lag, capacity. */
function ready({ to }: Plan, evidence: Evidence | null): Message['facts'] {
  const own = (evidence?.readiness ?? []).filter(({ region }) => region === to);
  if (own.length === 0) return [{ name: 'Lag', value: 'not known: no readiness hook says it' }];
  return own.map(({ check, ready, detail }) => ({
    name: `Ready: ${check}`,
    value: `${ready ? 'yes' : 'NO'}: ${detail}`,
  }));
}

function drilled({ lastDrill }: LedgerRecord, now: Instant): string {
  if (lastDrill === null) return 'never';
  return `${drilledText(lastDrill)}, ${lasting(now - lastDrill.endedAt)} ago`;
}
