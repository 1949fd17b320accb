import { shareOf } from '../../core/routing.ts';
import type { ServiceState } from '../../core/service-state.ts';

/** Who serves, as a bar: a part for each region that has a share, with its name and its health in words. */
export function Shares({ state }: { state: ServiceState }) {
  const { routing, health } = state;
  if (routing.kind !== 'read') return <span class="shares unknown">unknown</span>;
  const { weights } = routing.routing;
  const shares = Object.keys(weights)
    .map((region) => ({ region, share: shareOf(weights, region) }))
    .filter(({ share }) => share > 0);
  if (shares.length === 0) return <span class="shares nobody">nobody</span>;
  return (
    <span class="shares">
      {shares.map(({ region, share }) => {
        const how = health.find(({ target }) => target === region)?.state ?? 'unknown';
        return (
          <span key={region} class={`share ${how}`} style={{ flexGrow: String(share) }}>
            {region} {Math.round(share * 100)} % <i>{how}</i>
          </span>
        );
      })}
    </span>
  );
}
