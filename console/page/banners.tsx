import { abortCommand, evacuationHeadline, evacuationProgressText } from '../../core/evacuation-text.ts';
import { lasting } from '../../core/lasting.ts';
import type { View } from '../view.ts';

/** What goes on for many services, or for practice, above everything else: an evacuation, and drills. */
export function Banners({ view: { evacuation, services }, now }: { view: View; now: number }) {
  const drills = services.flatMap(({ name, state }) =>
    state === null || state.ledger.drill === null ? [] : [{ name, drill: state.ledger.drill }],
  );
  const abort = evacuation === null ? null : abortCommand(evacuation);
  return (
    <>
      {evacuation === null ? null : (
        <section class="banner" aria-label="Evacuation">
          <strong>{evacuation.direction === 'leave' ? 'Evacuation' : 'Return'} under way.</strong>{' '}
          {evacuationHeadline(evacuation, now)}.
          {evacuation.of === null || evacuation.of === 0 ? null : (
            <progress
              max={evacuation.of}
              value={Math.min(evacuation.of, evacuation.moved)}
              aria-label="Services moved"
            />
          )}
          <span>{evacuationProgressText(evacuation)}.</span>
          {abort === null ? null : (
            <span>
              {' '}
              To begin no further service: <code>{abort}</code>
            </span>
          )}
        </section>
      )}
      {drills.map(({ name, drill }) => (
        <section class="banner drill" aria-label={`Drill of ${name}`} key={name}>
          <strong>Drill under way: this is practice.</strong> <a href={`#/${encodeURIComponent(name)}`}>{name}</a>:{' '}
          {drill.percent} % of the traffic of {drill.from} is led to {drill.to}, by {drill.by}: {drill.reason}.{' '}
          {drill.until > now ? `It returns by itself in ${lasting(drill.until - now)}.` : 'It is on its way back.'}
        </section>
      ))}
    </>
  );
}
