import { expect, test } from 'vitest';
import { reasonLines } from '../../cli/concluded.ts';
import type { Connection } from '../../cli/connection.ts';
import type { Entry } from '../../core/entry.ts';
import { incidentOf, t0 } from '../support/world.ts';

const holder = 'arn:aws:states:us-west-2:123456789012:execution:understudy-failover:one';
const incident = incidentOf({ holder });
const entry = (what: Entry['what'], id = incident.id): Entry => ({
  service: 'orders',
  incident: id,
  id: what.kind,
  at: t0,
  text: '',
  what,
});
const vetoed = entry({
  kind: 'prepared',
  answers: [
    { hook: 'queue', answer: 'ok', did: 'ok' },
    { hook: 'size', answer: 'no capacity', did: 'veto' },
  ],
});

/** An execution that ended as a failure has no output: the ledger has to say which incident that was. */
const linesOf = (...entries: Entry[]) => {
  const ledger = { entries: async () => entries } as Partial<Connection['ledger']> as Connection['ledger'];
  return reasonLines({ ledger }, { service: 'orders' }, holder, null);
};

test('a run that failed says which hook said no, and where to read more', async () => {
  expect(await linesOf(entry({ kind: 'admitted', incident }), vetoed)).toEqual([
    'Why: the hook size said no: no capacity',
    `All of it: understudy explain ${incident.id}`,
  ]);
});

test('what other runs met is none of its reasons', async () => {
  const other = incidentOf({ holder: `${holder}-other` });
  expect(await linesOf(entry({ kind: 'admitted', incident: other }), vetoed)).toEqual([]);
});
