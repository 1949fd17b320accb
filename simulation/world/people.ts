import type { HookMoment } from '../../core/hook.ts';
import type { Message } from '../../core/messages.ts';
import { hookAnswer } from '../../handlers/adapters/hooks.lambda.ts';
import type { HookAnswer, Hooks, Notifier } from '../../handlers/ports.ts';
import type { ActiveFaults } from '../faults/active.ts';
import type { Caller } from './caller.ts';
import type { Happening } from './happening.ts';

/** A topic in the caller's region, and one channel somewhere else: all kinds of those are the same from here. */
export function notifiersFor(
  caller: Caller,
  faults: ActiveFaults,
  tell: (happening: Happening) => void,
): readonly Notifier[] {
  return (['sns', 'channel'] as const).map((channel) => ({
    channel,
    takes: (message: Message) => channel === 'sns' || message.audience === 'people',
    async send(message: Message) {
      const way = {
        to: channel === 'sns' ? caller.region : 'elsewhere',
        operation: channel === 'sns' ? 'sns:Publish' : 'channel:post',
        timeoutMs: 3_000,
      };
      const run = caller.writer.run;
      try {
        await caller.call(way, async () => {
          if (faults.bite('notify-hangs') !== undefined)
            await new Promise(() => tell({ kind: 'not-told', channel, message, run }));
          if (faults.bite('notify-down') !== undefined) throw new Error(`${channel} said no`);
          tell({ kind: 'told', channel, message, run });
        });
      } catch (error) {
        tell({ kind: 'not-told', channel, message, run });
        throw error;
      }
    },
  }));
}

/** The customer's functions. */
export function hooksFor(caller: Caller, faults: ActiveFaults, tell: (happening: Happening) => void): Hooks {
  return {
    call: (hook, question) =>
      caller.call({ to: caller.region, operation: 'lambda:Invoke', timeoutMs: hook.timeoutMs }, () => {
        const { says, answer } = answerOf(question.when, faults);
        tell({ kind: 'hook', run: caller.writer.run, question, says });
        return answer();
      }),
  };
}

interface Said {
  readonly says: Extract<Happening, { kind: 'hook' }>['says'];
  readonly answer: () => Promise<HookAnswer>;
}

function answerOf(when: HookMoment, faults: ActiveFaults): Said {
  const said = (says: Said['says'], answer: HookAnswer): Said => ({ says, answer: async () => answer });
  if (faults.bite('hook-answers-wrong') !== undefined) return said('nonsense', hookAnswer({ kind: 'fine', detail: 7 }));
  if (when === 'readiness') {
    return faults.bite('standby-not-ready') === undefined
      ? said('ok', { kind: 'ok', detail: 'ready' })
      : said('veto', { kind: 'veto', detail: 'replication lags by ten minutes' });
  }
  if (faults.bite('hook-hangs') !== undefined) return { says: 'nothing', answer: () => new Promise(() => {}) };
  if (faults.bite('hook-vetoes') !== undefined) return said('veto', { kind: 'veto', detail: 'the database says no' });
  if (faults.bite('hook-fails') !== undefined) return said('error', { kind: 'failed', because: 'the function threw' });
  return said('ok', { kind: 'ok', detail: 'done' });
}
