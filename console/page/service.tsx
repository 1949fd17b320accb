import { useEffect, useState } from 'preact/hooks';
import type { Instant } from '../../core/brand.ts';
import { consentText } from '../../core/consent.ts';
import { lasting } from '../../core/lasting.ts';
import type { ServiceState } from '../../core/service-state.ts';
import { stragglersText } from '../../core/stragglers.ts';
import { isOpen } from '../../core/trouble.ts';
import { userText } from '../../core/users.ts';
import type { Answered } from '../answers.ts';
import type { ActAbout, HistoryView, ServiceAbout, ServiceView } from '../view.ts';
import { askHistory } from './ask.ts';
import { ActDialog, type Chosen } from './dialog.tsx';
import { History } from './history.tsx';
import { RegionMap } from './map.tsx';
import { Requests } from './requests.tsx';
import { Run } from './run.tsx';
import { Shares } from './shares.tsx';
import {
  answeredText,
  automationText,
  clockTime,
  differs,
  lackText,
  outlookText,
  servedText,
  urgencyOf,
  urgencyWords,
} from './words.ts';

interface Props {
  readonly view: ServiceView;
  readonly about: ServiceAbout;
  readonly acts: readonly ActAbout[];
  /** Nobody acts from a copy, and it has no history. */
  readonly isCopy?: boolean;
  readonly now: number;
}

/** Everything of one service: what waits for a person first, then how it is, what runs, what happened. */
export function Service({ view, about, acts, isCopy = false, now }: Props) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const history = useHistory(view, isCopy);
  const { state, readAt, failure } = view;
  const urgency = urgencyOf(view, now);
  const choose: Choose | null = isCopy
    ? null
    : (name, values = {}, subject = about.name) => {
        const act = acts.find((known) => known.name === name);
        if (act !== undefined) setChosen({ act, subject, values });
      };
  return (
    <section aria-label={about.name}>
      <div class="bar">
        <h1>
          {about.name} <span class={`badge ${urgency}`}>{urgencyWords[urgency]}</span>
        </h1>
        <span class="small">{readAt === null ? 'not read yet' : `read ${lasting(now - readAt)} ago`}</span>
      </div>
      {failure === null ? null : (
        <p class="alarm" role="alert">
          It could not be read again: {failure}
        </p>
      )}
      {state === null ? null : (
        <>
          <Waiting state={state} now={now} choose={choose} />
          <Now
            state={state}
            answered={isCopy ? 'not asked' : view.answered}
            routingReadAt={view.routingReadAt ?? null}
            now={now}
            choose={choose}
          />
          {isCopy ? null : <RegionMap state={state} about={about} answered={view.answered} />}
          <Requests rounds={view.rounds} regions={about.regions} now={now} />
          <Run state={state} about={about} history={history} now={now} />
        </>
      )}
      {choose === null ? null : <Verbs acts={acts} choose={choose} />}
      {history === null ? null : <History history={history} />}
      {chosen === null ? null : (
        <ActDialog
          key={`${chosen.act.name} ${chosen.subject}`}
          chosen={chosen}
          regions={about.regions}
          evidence={evidenceOf(about, state)}
          close={() => setChosen(null)}
        />
      )}
    </section>
  );
}

function evidenceOf({ name, writes }: ServiceAbout, state: ServiceState | null): string[] {
  if (state === null) return [`Nothing is known of ${name} yet.`];
  return [
    `A move writes ${writes}.`,
    `Serves now, as configured: ${servedText(state)}.`,
    ...state.health.map(({ target, state: how, because }) => `${target} is ${how}: ${because}.`),
  ];
}

type Choose = (name: string, values?: Chosen['values'], subject?: string) => void;

function Waiting({ state, now, choose }: { state: ServiceState; now: number; choose: Choose | null }) {
  const { question, ledger } = state;
  return (
    <>
      {question === null ? null : (
        <div class="waits" role="alert">
          <p>
            <b>{question.incident}</b> asks for approval: move from {question.from} to {question.to}. If nobody answers
            within {lasting(question.deadline - now)} it will{' '}
            {question.onDeadline === 'proceed' ? 'move all the same' : 'not move'}.
          </p>
          {consentText(ledger, question) === null ? null : <p>Approvals: {consentText(ledger, question)}.</p>}
          {choose === null ? null : (
            <>
              <button type="button" onClick={() => choose('approve')}>
                Approve…
              </button>{' '}
              <button type="button" onClick={() => choose('decline')}>
                Decline…
              </button>
            </>
          )}
        </div>
      )}
      {ledger.armed ? null : (
        <div class="waits" role="alert">
          <p>
            Automation is disarmed until somebody acknowledges {ledger.unacknowledged ?? 'the last move'}: a next outage
            would be told, and not left.
          </p>
          {choose === null ? null : (
            <button type="button" onClick={() => choose('ack')}>
              Acknowledge…
            </button>
          )}
        </div>
      )}
    </>
  );
}

function Now({
  state,
  answered,
  routingReadAt,
  now,
  choose,
}: {
  state: ServiceState;
  answered: Answered | 'not asked' | null;
  routingReadAt: Instant | null;
  now: number;
  choose: Choose | null;
}) {
  const difference = answered === 'not asked' ? null : differs(state, answered);
  const { health, ledger } = state;
  const { trouble } = ledger;
  return (
    <dl class="now">
      <dt>serves</dt>
      <dd>
        <Shares state={state} />{' '}
        <span class="small">
          as configured: {servedText(state)}
          {routingReadAt === null ? '' : `, read ${lasting(now - routingReadAt)} ago`}
        </span>
      </dd>
      {answered === 'not asked' ? null : (
        <>
          <dt>answered</dt>
          <dd>
            {answeredText(answered, now)}
            {difference === null ? null : (
              <b class="differs" role="alert">
                {' '}
                configured ≠ answered: {difference}
              </b>
            )}
          </dd>
        </>
      )}
      {health.map(({ target, state: how, because }) => (
        <>
          <dt>{target}</dt>
          <dd>
            <span class={`badge ${how}`}>{how}</span> {because}
          </dd>
        </>
      ))}
      {isOpen(trouble) ? (
        <>
          <dt>trouble</dt>
          <dd>
            {trouble.id}: {trouble.what.replace('/', ', ')}, since {clockTime(trouble.openedAt)}; people heard of it{' '}
            {lasting(now - trouble.toldAt)} ago
          </dd>
        </>
      ) : null}
      {(state.users ?? []).map((reading) => (
        <>
          <dt>users</dt>
          <dd>{userText(reading, now)}</dd>
        </>
      ))}
      {state.stragglers ? (
        <>
          <dt>left</dt>
          <dd>
            {state.stragglers.isSplit ? <span class="badge bad">split</span> : null}{' '}
            {stragglersText(state.service, state.stragglers, now)}
          </dd>
        </>
      ) : null}
      <dt>could move</dt>
      <dd>{outlookText(state)}</dd>
      <dt>automation</dt>
      <dd>{automationText(state, now)}</dd>
      {state.protection?.regions.map((left) => (
        <>
          <dt>UNPROTECTED</dt>
          <dd>{lackText(left, now)}</dd>
        </>
      ))}
      {ledger.stays === null ? null : (
        <>
          <dt>stays</dt>
          <dd>
            in {ledger.stays.region}, by {ledger.stays.by}: {ledger.stays.reason}
          </dd>
        </>
      )}
      {state.freezes.map(({ region, by, reason, until }) => (
        <>
          <dt>frozen</dt>
          <dd>
            {region ?? 'every region'}, by {by}
            {until === null ? '' : ` until ${clockTime(until)}`}: {reason}
          </dd>
        </>
      ))}
      {ledger.fences.map(({ region, by, reason, at }) => (
        <>
          <dt>fenced</dt>
          <dd>
            {region}, by {by} at {clockTime(at)}: {reason}{' '}
            {choose === null ? null : (
              <button type="button" onClick={() => choose('unfence', {}, region)}>
                Open it…
              </button>
            )}
          </dd>
        </>
      ))}
    </dl>
  );
}

function Verbs({ acts, choose }: { acts: readonly ActAbout[]; choose: Choose }) {
  return (
    <div class="verbs">
      {acts
        .filter(({ subject }) => subject === 'service')
        .map(({ name, summary }) => (
          <button type="button" key={name} title={summary} onClick={() => choose(name)}>
            {name}…
          </button>
        ))}
    </div>
  );
}

/** Read again when the service has changed; what was read before stays meanwhile. */
function useHistory({ name, state }: ServiceView, isCopy: boolean): HistoryView | null {
  const [history, setHistory] = useState<HistoryView | null>(null);
  const { epoch, lease, lookedAt, trouble, armed, question, consents } = state?.ledger ?? {};
  const mark = JSON.stringify([epoch, lease, lookedAt, trouble, armed, question, consents]);
  useEffect(() => {
    if (isCopy) return;
    let gone = false;
    askHistory(name).then(
      (read) => {
        if (!gone) setHistory(read);
      },
      // The header tells when the console does not answer.
      () => {},
    );
    return () => {
      gone = true;
    };
  }, [name, mark, isCopy]);
  return history;
}
