import { useState } from 'preact/hooks';
import type { World } from '../view.ts';
import { setFault } from './ask.ts';

/** The buttons that a sandbox alone has: what a region shall suffer. */
export function WorldFaults({ world: { regions, kinds, faults } }: { world: World }) {
  const [failure, setFailure] = useState<string | null>(null);
  const set = (region: string, fault: string | null) =>
    setFault(region, fault).then(
      () => setFailure(null),
      (error: unknown) => setFailure(error instanceof Error ? error.message : String(error)),
    );
  return (
    <section aria-label="Sandbox">
      <h2>The world of this sandbox</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">region</th>
            <th scope="col">is</th>
            <th scope="col">make it</th>
          </tr>
        </thead>
        <tbody>
          {regions.map((region) => (
            <tr key={region}>
              <th scope="row">{region}</th>
              <td class={faults[region] === undefined ? 'well' : 'trouble'}>{faults[region] ?? 'well'}</td>
              <td>
                <select
                  aria-label={`What shall be wrong with ${region}`}
                  value={faults[region] ?? ''}
                  onChange={({ currentTarget }) => set(region, currentTarget.value === '' ? null : currentTarget.value)}
                >
                  <option value="">well</option>
                  {kinds.map((kind) => (
                    <option key={kind}>{kind}</option>
                  ))}
                </select>{' '}
                <button type="button" disabled={faults[region] === undefined} onClick={() => set(region, null)}>
                  well again
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {failure === null ? null : (
        <p class="alarm" role="alert">
          {failure}
        </p>
      )}
    </section>
  );
}
