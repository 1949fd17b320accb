import type { Region } from '../../core/brand.ts';
import { type Round, roundsForMs } from '../answers.ts';
import { clockTime } from './words.ts';

const width = 640;
const height = 90;
const base = 72;

/** Requests to the front door by who answered them, a bar for each round, the newest at the right. */
export function Requests({
  rounds,
  regions,
  now,
}: {
  rounds: readonly Round[];
  regions: readonly Region[];
  now: number;
}) {
  const [first] = rounds;
  if (first === undefined) return null;
  const most = Math.max(...rounds.map(sum));
  const x = (at: number) => width - ((now - at) / roundsForMs) * width;
  const barWidth = Math.max(2, Math.min(8, widthBetween(rounds) - 1));
  const names = [...regions.map(String), nobody];
  const totals = names
    .map((name) => `${name} ${rounds.reduce((all, round) => all + countOf(round, name), 0)}`)
    .join(', ');
  return (
    <figure class="requests">
      <figcaption>
        Requests of the observers to the front door since {clockTime(first.at)}, by who answered:{' '}
        {names.map((name, index) => (
          <span class="legend" key={name}>
            <svg width="12" height="12" aria-hidden="true">
              <rect width="12" height="12" class={name === nobody ? 'lost' : `region${index}`} />
            </svg>{' '}
            {name}{' '}
          </span>
        ))}
      </figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Requests by who answered: ${totals}`}>
        <Patterns />
        <line x1={0} y1={base} x2={width} y2={base} class="axis" />
        {rounds.map((round) => (
          <g key={round.at}>{stacked(round, names, most, x(round.at) - barWidth, barWidth)}</g>
        ))}
        <text x={0} y={height - 4}>
          {clockTime(now - roundsForMs)}
        </text>
        <text x={width} y={height - 4} text-anchor="end">
          now
        </text>
      </svg>
    </figure>
  );
}

const nobody = 'nobody';

/** Told apart without colour: full, striped, dotted, and crossed where a request was lost. */
function Patterns() {
  return (
    <defs>
      <pattern id="striped" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="5" height="5" class="paper" />
        <rect width="2.5" height="5" class="moving" />
      </pattern>
      <pattern id="dotted" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" class="paper" />
        <circle cx="2.5" cy="2.5" r="1.5" class="good" />
      </pattern>
      <pattern id="crossed" width="5" height="5" patternUnits="userSpaceOnUse">
        <rect width="5" height="5" class="paper" />
        <path d="M0 0L5 5M5 0L0 5" class="cross" />
      </pattern>
    </defs>
  );
}

function stacked(round: Round, names: readonly string[], most: number, at: number, barWidth: number) {
  let top = base;
  return names.map((name, index) => {
    const tall = (countOf(round, name) / most) * (base - 4);
    top -= tall;
    if (tall === 0) return null;
    const how = name === nobody ? 'lost' : `region${index}`;
    return <rect key={name} x={at} y={top} width={barWidth} height={tall} class={how} />;
  });
}

const countOf = ({ byRegion, failed }: Round, name: string): number =>
  name === nobody ? failed : (byRegion[name] ?? 0);

const sum = ({ byRegion, failed }: Round): number =>
  Object.values(byRegion).reduce((all, count) => all + count, failed);

function widthBetween(rounds: readonly Round[]): number {
  const [before, last] = rounds.slice(-2);
  return before === undefined || last === undefined ? 8 : ((last.at - before.at) / roundsForMs) * width;
}
