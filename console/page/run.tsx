import { lasting } from '../../core/lasting.ts';
import { heldLease, lastIncident } from '../../core/record.ts';
import type { MilestoneName } from '../../core/report.ts';
import type { ServiceState } from '../../core/service-state.ts';
import { sinceStart, usualOf } from '../usual.ts';
import type { HistoryView, ServiceAbout } from '../view.ts';

const steps: readonly { readonly name: MilestoneName; readonly words: string }[] = [
  { name: 'admitted', words: 'admitted: it may be a run' },
  { name: 'decided', words: 'decided, on evidence of its own' },
  { name: 'write accepted', words: 'the lever took the write' },
  { name: 'verified', words: 'verified by requests that depend on the write' },
  { name: 'concluded', words: 'concluded: people are told, the lease is given back' },
];

interface Props {
  readonly state: ServiceState;
  readonly about: ServiceAbout;
  readonly history: HistoryView | null;
  readonly now: number;
}

/** The run that is under way: its steps, what they took and usually take, the clock, and what happens when nobody answers. */
export function Run({ state: { ledger, question }, about, history, now }: Props) {
  const lease = heldLease(ledger, now);
  if (lease === null) return null;
  const incident = lastIncident(ledger);
  const report = history?.incidents.find((one) => one.incident === incident);
  const usual = usualOf(history?.incidents ?? []);
  const startedAt = report?.startedAt ?? null;
  const firstRed = report?.milestones.find(({ name }) => name === 'first red')?.at ?? startedAt;
  const next = steps.findIndex(({ name }) => report === undefined || sinceStart(report, name) === null);
  return (
    <section aria-label="Run" class="run">
      <h2>
        {incident}, {lease.purpose === 'move' ? 'a move' : lease.purpose === 'look' ? 'a look alone' : 'a rehearsal'}
        {startedAt === null ? '' : `, under way for ${lasting(now - startedAt)}`}
      </h2>
      {firstRed === null ? null : (
        <p>
          {lasting(now - firstRed)} since the first red; RTO target {lasting(about.rtoTargetMs)}
          {now - firstRed > about.rtoTargetMs ? ' MISSED' : ''}
        </p>
      )}
      <ol class="steps">
        {steps.map(({ name, words }, index) => {
          const took = report === undefined ? null : sinceStart(report, name);
          const usually = usual[name];
          return (
            <li key={name} class={took !== null ? 'reached' : index === next ? 'next' : 'later'}>
              {words}{' '}
              <span class="small">
                {took !== null ? `after ${seconds(took)}` : index === next ? 'now' : 'not yet'}
                {usually === undefined ? '' : `, usually after ${seconds(usually)}`}
              </span>
            </li>
          );
        })}
      </ol>
      {question === null ? null : (
        <p>
          It waits for approval; in {lasting(question.deadline - now)} it will{' '}
          {question.onDeadline === 'proceed' ? 'go on without one' : 'end without a move'}.
        </p>
      )}
      <p class="small">
        Its lease ends in {lasting(lease.expiresAt - now)} unless it goes on; after that another run may begin.
      </p>
    </section>
  );
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
