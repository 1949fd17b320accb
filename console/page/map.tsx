import type { Region } from '../../core/brand.ts';
import { shareOf } from '../../core/routing.ts';
import type { ServiceState } from '../../core/service-state.ts';
import type { Answered } from '../answers.ts';
import type { ServiceAbout } from '../view.ts';

const width = 640;
const rowHeight = 60;

/**
 * Callers, the front door, the regions: a line as thick as the share that is configured, with what each is in words. Something moves along it where the region
 * answered a last request. Below, each observer with who answered its last one.
 */
export function RegionMap({
  state: { routing, health },
  about: { regions, name },
  answered,
}: {
  state: ServiceState;
  about: ServiceAbout;
  answered: Answered | null;
}) {
  const weights = routing.kind === 'read' ? routing.routing.weights : {};
  const healthOf = (target: string) => health.find((standing) => standing.target === target)?.state ?? 'unknown';
  const high = rowHeight * (regions.length + 0.5);
  const gap = high / (regions.length + 1);
  const latest = answered?.latest ?? [];
  const height = high + (latest.length === 0 ? 0 : rowHeight);
  const yOf = (region: Region) => gap * (regions.indexOf(region) + 1);
  const said = regions
    .map((region) => `${region} ${percent(shareOf(weights, region))}, ${healthOf(region)}`)
    .join('; ');
  return (
    <svg class="map" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Callers of ${name}: ${said}`}>
      <line x1={70} y1={high / 2} x2={290} y2={high / 2} class="way" stroke-width={8} />
      {latest.map(({ observer, servedBy }, index) =>
        servedBy === null ? null : (
          <line
            key={observer}
            x1={observerX(index, latest.length)}
            y1={high + rowHeight / 2}
            x2={560}
            y2={yOf(servedBy)}
            class="asked"
          />
        ),
      )}
      {regions.map((region, index) => {
        const share = shareOf(weights, region);
        return (
          <line
            key={region}
            x1={290}
            y1={high / 2}
            x2={560}
            y2={gap * (index + 1)}
            class={share > 0 ? 'way' : 'way none'}
            stroke-width={share > 0 ? 1 + 7 * share : 1}
          />
        );
      })}
      {regions
        .filter((region) => latest.some(({ servedBy }) => servedBy === region))
        .map((region) => (
          <line key={region} x1={290} y1={high / 2} x2={560} y2={yOf(region)} class="flows" />
        ))}
      <Place x={70} y={high / 2} title="callers" word="" how="plain" />
      <Place x={290} y={high / 2} title="front door" word={healthOf('front door')} how={healthOf('front door')} />
      {regions.map((region, index) => (
        <Place
          key={region}
          x={560}
          y={gap * (index + 1)}
          title={region}
          word={`${percent(shareOf(weights, region))}, ${healthOf(region)}`}
          how={healthOf(region)}
        />
      ))}
      {latest.map(({ observer, servedBy }, index) => (
        <Place
          key={observer}
          x={observerX(index, latest.length)}
          y={high + rowHeight / 2}
          title={observer}
          word={servedBy === null ? 'answered by nobody' : `answered by ${servedBy}`}
          how={servedBy === null ? 'bad' : 'plain'}
        />
      ))}
    </svg>
  );
}

const observerX = (index: number, count: number): number => ((index + 0.5) * width) / count;

function Place({ x, y, title, word, how }: { x: number; y: number; title: string; word: string; how: string }) {
  return (
    <g class={`place ${how}`}>
      <rect x={x - 65} y={y - 18} width={130} height={36} rx={6} />
      <text x={x} y={word === '' ? y + 4 : y - 2} text-anchor="middle">
        {title}
      </text>
      {word === '' ? null : (
        <text x={x} y={y + 12} text-anchor="middle" class="word">
          {word}
        </text>
      )}
    </g>
  );
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
