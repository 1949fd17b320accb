import { shareOf } from '../../core/routing.ts';
import type { ServiceState } from '../../core/service-state.ts';
import type { ServiceAbout } from '../view.ts';

const width = 640;
const rowHeight = 60;

/** Callers, the front door, the regions: a line as thick as the share, with what each is in words. */
export function RegionMap({
  state: { routing, health },
  about: { regions, name },
}: {
  state: ServiceState;
  about: ServiceAbout;
}) {
  const weights = routing.kind === 'read' ? routing.routing.weights : {};
  const healthOf = (target: string) => health.find((standing) => standing.target === target)?.state ?? 'unknown';
  const height = rowHeight * (regions.length + 0.5);
  const gap = height / (regions.length + 1);
  const said = regions
    .map((region) => `${region} ${percent(shareOf(weights, region))}, ${healthOf(region)}`)
    .join('; ');
  return (
    <svg class="map" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`Callers of ${name}: ${said}`}>
      <line x1={70} y1={height / 2} x2={290} y2={height / 2} class="way" stroke-width={8} />
      {regions.map((region, index) => {
        const share = shareOf(weights, region);
        return (
          <line
            key={region}
            x1={290}
            y1={height / 2}
            x2={560}
            y2={gap * (index + 1)}
            class={share > 0 ? 'way' : 'way none'}
            stroke-width={share > 0 ? 1 + 7 * share : 1}
          />
        );
      })}
      <Place x={70} y={height / 2} title="callers" word="" how="plain" />
      <Place x={290} y={height / 2} title="front door" word={healthOf('front door')} how={healthOf('front door')} />
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
    </svg>
  );
}

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
