import { useState } from 'preact/hooks';
import type { ServiceView, View } from '../view.ts';
import { ActDialog, type Chosen } from './dialog.tsx';
import { Shares } from './shares.tsx';
import {
  answeredText,
  automationText,
  differs,
  servedText,
  type Urgency,
  urgencies,
  urgencyOf,
  urgencyWords,
} from './words.ts';

/** Every service in a line, troubles first. */
export function Fleet({ view, now }: { view: View; now: number }) {
  const [wanted, setWanted] = useState('');
  const found = view.services.filter(({ name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
  const lines = found
    .map((service) => ({ service, urgency: urgencyOf(service, now) }))
    .sort((a, b) => urgencies.indexOf(a.urgency) - urgencies.indexOf(b.urgency) || compare(a.service, b.service));
  return (
    <section aria-label="Services">
      <div class="bar">
        <h1>{headline(lines.map(({ urgency }) => urgency))}</h1>
        <label>
          Search <input type="search" value={wanted} onInput={(event) => setWanted(event.currentTarget.value)} />
        </label>
      </div>
      <ul class="fleet">
        {lines.map(({ service, urgency }) => (
          <Line key={service.name} service={service} urgency={urgency} isCopy={view.about.isCopy === true} now={now} />
        ))}
      </ul>
      <Regions view={view} />
      {lines.length === 0 ? <p class="notice">No service has “{wanted}” in its name.</p> : null}
    </section>
  );
}

/** What is done to a whole region. */
function Regions({ view: { about, services } }: { view: View }) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const regions = [...new Set(about.services.flatMap((service) => service.regions))];
  const acts = about.acts.filter(({ subject }) => subject === 'region');
  const evidence = services.flatMap(({ name, state }) => (state === null ? [] : [`${name}: ${servedText(state)}.`]));
  return (
    <div class="verbs">
      {regions.flatMap((region) =>
        acts.map((act) => (
          <button
            type="button"
            key={`${act.name} ${region}`}
            title={act.summary}
            onClick={() => setChosen({ act, subject: region, values: {} })}
          >
            {act.name} {region}…
          </button>
        )),
      )}
      {chosen === null ? null : (
        <ActDialog
          key={`${chosen.act.name} ${chosen.subject}`}
          chosen={chosen}
          regions={regions}
          evidence={evidence}
          close={() => setChosen(null)}
        />
      )}
    </div>
  );
}

function Line({
  service: { name, state, failure, answered },
  urgency,
  isCopy,
  now,
}: {
  service: ServiceView;
  urgency: Urgency;
  isCopy: boolean;
  now: number;
}) {
  return (
    <li class={`line ${urgency}`}>
      <a href={`#/${encodeURIComponent(name)}`}>
        <span class="badge">{urgencyWords[urgency]}</span>
        <b>{name}</b>
        {state === null ? <span>{failure ?? '…'}</span> : <Shares state={state} />}
        {state === null || differs(state, answered) === null ? null : (
          <span class="differs">configured ≠ answered: {differs(state, answered)}</span>
        )}
        {state === null ? null : (
          <span class="small">
            {isCopy ? '' : `answered: ${answeredText(answered, now)} · `}
            {automationText(state, now)}
          </span>
        )}
      </a>
    </li>
  );
}

function headline(all: readonly Urgency[]): string {
  const counts = urgencies.map((urgency) => [urgency, all.filter((one) => one === urgency).length] as const);
  const said = counts
    .filter(([urgency, count]) => count > 0 && urgency !== 'well')
    .map(([urgency, count]) => `${count} ${urgencyWords[urgency]}`);
  const total = `${all.length} ${all.length === 1 ? 'service' : 'services'}`;
  return said.length === 0 ? `${total}, all well` : `${total}: ${said.join(', ')}`;
}

const compare = (a: ServiceView, b: ServiceView): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
