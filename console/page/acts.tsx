import { lasting } from '../../core/lasting.ts';
import type { ActView } from '../view.ts';
import { clockTime } from './words.ts';

/** What was done from this console, and what came of it; the newest first. */
export function Acts({ acts, now }: { acts: readonly ActView[]; now: number }) {
  if (acts.length === 0) return null;
  return (
    <section aria-label="Done from here">
      <h2>Done from here</h2>
      {acts.toReversed().map(({ id, line, at, said, status }) => (
        <details key={id} open={status === null || id === acts.at(-1)?.id} class="act">
          <summary>
            <code>{line}</code>{' '}
            <span class={status === null ? 'moving' : status === 0 ? 'well' : 'trouble'}>
              {status === null
                ? `under way for ${lasting(now - at)}`
                : status === 0
                  ? 'done'
                  : `not as asked, exit status ${status}`}
            </span>{' '}
            <span class="small">{clockTime(at)}</span>
          </summary>
          <pre aria-live="polite">{said.join('\n')}</pre>
        </details>
      ))}
    </section>
  );
}
