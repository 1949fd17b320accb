import { describe, expect, test } from 'vitest';
import {
  clockAhead,
  habitualServer,
  losesTheAnswer,
  error as plainError,
  type Said,
  says,
  silent,
  stalls,
  trickles,
} from '../support/habits.ts';

/** An adapter with its own client of a service that others run. */
export interface ForeignClient {
  /** A client of what answers at `url`, of which an attempt takes `answerMs` at most. Each call is one question. */
  readonly connect: (url: string, answerMs: number) => () => Promise<unknown>;
  /** What the service answers when all is well. */
  readonly ok: Said;
  /** What a caller hears when no answer came: what `call` resolves to, or the error that it rejects with. */
  readonly gaveUp: unknown;
  /** Requests that one question may become while nobody answers. */
  readonly attempts: number;
  /** Places that are asked in turn, whatever the one before said. */
  readonly places?: number;
  /** Whether a second request would do more than the first. */
  readonly once?: boolean;
  readonly error?: (name: string, status: number, headers?: Said['headers']) => Said;
}

/** Long enough for a busy machine; nothing here waits for it. */
const patientMs = 20_000;

/** What services, proxies and lost regions were seen to do to their callers, on sockets. */
export function foreignHabitsContract(name: string, client: ForeignClient): void {
  const { connect, ok, gaveUp, attempts, places = 1, once = false, error = plainError } = client;

  describe.concurrent(`${name}, whatever the other side does`, () => {
    test.each(Object.entries({ stalls, trickles, silent }))('gives up on a server that %s', async (_, habit) => {
      // The first request is not about the habit: it loads what a first request needs.
      await using server = await habitualServer((_, index) => (index === 0 ? says(ok) : habit));
      expect(await settled(connect(server.url, patientMs))).not.toMatchObject({ ended: gaveUp });

      expect(await settled(connect(server.url, 1_000))).toMatchObject({ ended: gaveUp });

      expect(server.asked.length).toBeGreaterThan(1);
      expect(server.asked.length).toBeLessThanOrEqual(1 + attempts);
    });

    test.each([{ 'retry-after': '5' }, { 'x-amz-retry-after': '5000' }])(
      'waits for no pause that is longer than its patience: %o',
      async (headers) => {
        await using server = await habitualServer(() => says(error('ServiceUnavailable', 503, headers)));

        expect(await settled(connect(server.url, 1_000))).toMatchObject({ ended: gaveUp });
        expect(server.asked).toHaveLength(places);
      },
    );

    test('signs the next request by its own clock after an answer from a wrong one', async () => {
      await using server = await habitualServer(() => says(ok, 3_600_000));
      const call = connect(server.url, patientMs);

      expect(await settled(call)).not.toMatchObject({ ended: gaveUp });
      expect(await settled(call)).not.toMatchObject({ ended: gaveUp });

      for (const { signedAt } of server.asked) expect(Math.abs(signedAt - Date.now())).toBeLessThan(60_000);
    });

    test.each([600_000, -600_000])('is understood at once where the clocks are %i ms apart', async (aheadMs) => {
      const refusal = error('InvalidSignatureException', 403);
      await using server = await habitualServer(() => clockAhead(aheadMs, ok, refusal));
      const call = connect(server.url, patientMs);

      expect(await settled(call)).not.toMatchObject({ ended: gaveUp });
      expect(server.asked).toHaveLength(2);
    });

    test('keeps no clock that did not help', async () => {
      let lies = true;
      const refusal = says(error('SignatureDoesNotMatch', 403), 3_600_000);
      await using server = await habitualServer(() => (lies ? refusal : says(ok)));
      const call = connect(server.url, patientMs);
      expect(await settled(call)).toMatchObject({ ended: gaveUp });
      expect(server.asked).toHaveLength(2 * places);
      lies = false;

      await settled(call);

      expect(Math.abs((server.asked.at(-1)?.signedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    });

    test('repeats nothing that stays wrong because a clock is off', async () => {
      await using server = await habitualServer(() => says(error('ValidationException', 400), 3_600_000));

      expect(await settled(connect(server.url, patientMs))).toMatchObject({ ended: gaveUp });
      expect(server.asked).toHaveLength(places);
    });

    test.runIf(attempts > 1)('has another attempt at its fortieth failure, as at its first', async () => {
      await using server = await habitualServer((_, index) =>
        says(index % 2 === 0 ? error('ServiceUnavailable', 503) : ok),
      );
      const call = connect(server.url, patientMs);

      for (let n = 0; n < 40; n++) expect(await settled(call)).not.toMatchObject({ ended: gaveUp });

      expect(server.asked).toHaveLength(80);
    });

    test.runIf(once)('repeats nothing whose answer was lost: it may have been done', async () => {
      await using server = await habitualServer(() => losesTheAnswer);

      expect(await settled(connect(server.url, patientMs))).toMatchObject({ ended: gaveUp });
      expect(server.asked).toHaveLength(1);
    });

    test.runIf(attempts > 1 && !once)('asks again when an answer was lost', async () => {
      await using server = await habitualServer((_, index) => (index === 0 ? losesTheAnswer : says(ok)));

      expect(await settled(connect(server.url, patientMs))).not.toMatchObject({ ended: gaveUp });
      expect(server.asked).toHaveLength(2);
    });
  });
}

async function settled(call: () => Promise<unknown>): Promise<{ readonly ended: unknown }> {
  return { ended: await call().catch((thrown: unknown) => thrown) };
}
