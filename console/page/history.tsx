import { lasting } from '../../core/lasting.ts';
import type { Report } from '../../core/report.ts';
import type { HistoryView } from '../view.ts';
import { clockTime } from './words.ts';

/** Incidents, the newest first, and every line of the ledger with equal refusals folded. */
export function History({ history: { incidents, lines, service } }: { history: HistoryView }) {
  return (
    <section aria-label="History">
      <h2>What happened</h2>
      {incidents.map((report) => (
        <Incident key={report.incident} report={report} />
      ))}
      {lines.length === 0 ? <p class="notice">Nothing has happened to {service} yet.</p> : null}
      {lines.length === 0 ? null : (
        <details>
          <summary>Every line of the ledger, refusals of runs that became no incident included</summary>
          <pre>{lines.toReversed().join('\n')}</pre>
        </details>
      )}
    </section>
  );
}

function Incident({ report }: { report: Report }) {
  const { incident, ending, headline, because, rto, next, timeline, told, sights, startedAt, requestedBy, reason } =
    report;
  return (
    <details class="incident" id={incident}>
      <summary>
        <b>{incident}</b> <span class={`badge ${ending}`}>{ending}</span> {headline}{' '}
        <span class="small">{startedAt === null ? '' : new Date(startedAt).toLocaleString()}</span>
      </summary>
      <p>{because}</p>
      {requestedBy === null ? null : (
        <p class="small">
          asked for by {requestedBy}
          {reason === null ? '' : `: ${reason}`}
        </p>
      )}
      {rto === null ? null : (
        <p>
          RTO target {lasting(rto.targetMs)}:{' '}
          {rto.tookMs === null
            ? 'not proven that callers were served again'
            : `${rto.met ? 'met' : 'MISSED'}, ${lasting(rto.tookMs)}`}
        </p>
      )}
      {next.map((step) => (
        <p key={step}>{step}</p>
      ))}
      {sights.length === 0 ? null : <Sights report={report} />}
      <h3>Timeline</h3>
      <ol class="timeline">
        {timeline.map(({ at, kind, text }, index) => (
          <li key={index}>
            <time>{clockTime(at)}</time> <i>{kind}</i> {text}
          </li>
        ))}
      </ol>
      {told.length === 0 ? null : (
        <p class="small">
          Told: {told.map(({ at, channel, subject }) => `${clockTime(at)} ${channel}: ${subject}`).join(' · ')}
        </p>
      )}
    </details>
  );
}

/** What each observer saw of each target when it was decided. */
function Sights({ report: { sights } }: { report: Report }) {
  const observers = [...new Set(sights.map(({ observer }) => observer))];
  const targets = [...new Set(sights.map(({ target }) => target))];
  return (
    <table>
      <caption>What each observer saw of each target when it was decided</caption>
      <thead>
        <tr>
          <th scope="col">observer</th>
          {targets.map((target) => (
            <th scope="col" key={target}>
              {target}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {observers.map((observer) => (
          <tr key={observer}>
            <th scope="row">{observer}</th>
            {targets.map((target) => {
              const vote =
                sights.find((sight) => sight.observer === observer && sight.target === target)?.vote ?? 'silent';
              return (
                <td key={target} class={vote}>
                  {vote}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
