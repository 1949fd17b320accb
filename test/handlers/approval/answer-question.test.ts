import { describe, expect, test } from 'vitest';
import { unproven } from '../../../core/person.ts';
import { answerQuestion, type Told } from '../../../handlers/approval/answer-question.ts';
import { approve } from '../../../handlers/steps/approve.ts';
import { home, standby } from '../../support/world.ts';
import { admitted, planOf } from '../steps/given.ts';
import { scene } from '../steps/scene.ts';

/** A run that waits for so many people, and what it is told. */
async function waiting(people: number, told: Told | Error = { kind: 'taken' }) {
  const stage = scene({ leaseMs: 600_000 });
  const incident = { ...(await admitted(stage)), mode: 'automatic' } as const;
  const approval = { required: true, deadlineMs: 600_000, onDeadline: 'abort', people } as const;
  const verdict = {
    kind: 'move',
    diagnosis: 'region-down',
    plan: planOf(),
    because: `${home} is bad`,
    approval,
  } as const;
  await stage.world.clock.run(approve({ incident, verdict, taskToken: 'the-token' }, stage.world, stage.failover));
  const said: object[] = [];
  let result = told;
  const answer = (by: string, approved = true) =>
    answerQuestion(
      { service: 'orders', incident: null, approved, by },
      {
        ledger: stage.world.ledger,
        now: () => stage.world.clock.now(),
        tell: async (one) => {
          said.push(one);
          if (result instanceof Error) throw result;
          return result;
        },
      },
    );
  const written = async () =>
    (await stage.world.ledger.entries('orders')).flatMap(({ what, text, at }) =>
      what.kind === 'approval' ? [{ by: what.by, more: what.more, text, at }] : [],
    );
  const tells = (now: Told | Error) => {
    result = now;
  };
  return { stage, incident, answer, said, written, tells };
}

describe('where two people have to approve', () => {
  test('the run is told once the second one did, and each stands in the ledger with a time of its own', async () => {
    const { stage, incident, answer, said, written } = await waiting(2);
    const first = stage.world.clock.now();

    expect(await answer('ada')).toMatchObject({ kind: 'counted', incident: incident.id, more: 1, isWritten: true });
    expect(said).toEqual([]);
    await stage.world.clock.advance(60_000);
    expect(await answer('grace')).toMatchObject({ kind: 'taken', by: 'ada and grace', isWritten: true });

    expect(said).toMatchObject([{ taskToken: 'the-token', output: { approved: true, by: 'ada and grace' } }]);
    expect(await written()).toEqual([
      { by: 'ada', more: 1, text: 'Approved by ada; one more person has to', at: first },
      { by: 'grace', more: 0, text: 'Approved by grace; that is enough', at: first + 60_000 },
    ]);
    expect((await stage.world.ledger.read('orders')).question).toBeNull();
  });

  test('the same person’s second answer counts once', async () => {
    const { answer, said, written } = await waiting(2);

    await answer('ada');

    expect(await answer('ada')).toMatchObject({ kind: 'counted', more: 1 });
    expect(said).toEqual([]);
    expect(await written()).toHaveLength(1);
  });

  test('one who declines is enough, also after one has approved', async () => {
    const { answer, said, written } = await waiting(2);

    await answer('ada');

    expect(await answer('grace', false)).toMatchObject({ kind: 'taken', by: 'grace' });
    expect(said).toMatchObject([{ output: { approved: false, by: 'grace' } }]);
    expect((await written()).map(({ text }) => text)).toEqual([
      'Approved by ada; one more person has to',
      'Declined by grace',
    ]);
  });

  test('whom nobody vouches for counts for nobody', async () => {
    const { stage, answer, written } = await waiting(2);

    expect(await answer(unproven('ada on this machine'))).toMatchObject({ kind: 'unproven' });
    expect(await written()).toEqual([]);
    expect((await stage.world.ledger.read('orders')).consents?.given).toEqual([]);
  });

  test('a run that could not be told is told by whoever asks again, and nobody is counted twice', async () => {
    const { stage, answer, said, tells } = await waiting(2, new Error('away'));

    await answer('ada');
    await expect(answer('grace')).rejects.toThrow('away');
    tells({ kind: 'taken' });

    expect(await answer('ada')).toMatchObject({ kind: 'taken', by: 'ada and grace' });
    expect(said).toHaveLength(2);
    expect((await stage.world.ledger.read('orders')).consents?.given).toHaveLength(2);
  });

  test('two who answer in the same moment are both counted', async () => {
    const { answer, said } = await waiting(2);

    const kinds = (await Promise.all([answer('ada'), answer('grace')])).map(({ kind }) => kind);

    expect(kinds).toContain('taken');
    expect(said).not.toEqual([]);
  });

  test('people are asked for as many, and the reminder says who has approved', async () => {
    const { stage } = await waiting(2);

    expect(stage.world.chat.sent.at(-1)?.lines).toContain(
      'Two different people have to approve; one is enough to decline.',
    );
  });
});

test('where one is enough the run is told at once, and the answer is written down', async () => {
  const { answer, said, written } = await waiting(1);

  expect(await answer('ada')).toMatchObject({ kind: 'taken', by: 'ada', isWritten: true });
  expect(said).toMatchObject([{ output: { approved: true, by: 'ada' } }]);
  expect(await written()).toMatchObject([{ by: 'ada', text: 'Approved by ada' }]);
  // Whoever comes second is told who was first.
  expect(await answer('grace')).toMatchObject({ kind: 'nothing-waits', earlier: { text: 'Approved by ada' } });
});

test('what waits for nobody says what was answered before', async () => {
  const stage = scene();

  const answered = await answerQuestion(
    { service: 'orders', incident: `orders#${standby}`, approved: true, by: 'ada' },
    {
      ledger: stage.world.ledger,
      now: () => stage.world.clock.now(),
      tell: () => Promise.reject(new Error('not asked')),
    },
  );

  expect(answered).toEqual({ kind: 'nothing-waits', other: null, earlier: null });
});
