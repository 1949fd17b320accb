import { describe, expect, test } from 'vitest';
import { region } from '../../core/brand.ts';
import type { Message } from '../../core/messages.ts';
import type { Notifier, RunInput, Starter } from '../../handlers/ports.ts';

export interface NotifierStage {
  readonly notifier: Notifier;
  /** What people have on their screens by now: whole texts, one a message. */
  readonly received: () => readonly string[];
  /** From now on nobody can be told. */
  readonly breakDown: () => void;
}

export function notifierContract(name: string, newStage: () => Promise<NotifierStage>): void {
  describe(`the notifier by ${name}`, () => {
    test('people get the subject, every sentence and every fact', async () => {
      const { notifier, received } = await newStage();

      await notifier.send(message);

      const [text = ''] = received();
      expect(received()).toHaveLength(1);
      for (const part of [message.subject, ...message.lines, 'Incident', 'orders#7', 'Asked by', 'ana']) {
        expect(text).toContain(part);
      }
    });

    test('rejects when people were not told', async () => {
      const { notifier, received, breakDown } = await newStage();
      breakDown();

      await expect(notifier.send(message)).rejects.toThrow();
      expect(received()).toEqual([]);
    });
  });
}

export const message: Message = {
  kind: 'announcement',
  severity: 'critical',
  audience: 'people',
  subject: 'Moving orders from us-east-1 to us-west-2',
  lines: ['Moving orders from us-east-1 to us-west-2.', 'Why: us-east-1 is bad from us-east-2, ca-central-1.'],
  facts: [
    { name: 'Incident', value: 'orders#7' },
    { name: 'Asked by', value: 'ana' },
  ],
  service: 'orders',
  incident: 'orders#7',
  mode: 'automatic',
  ending: null,
  person: null,
  trouble: null,
  thread: 'orders#7',
  at: Date.UTC(2026, 10, 20, 18, 30),
};

export interface StarterStage {
  readonly starter: Starter;
  /** Names and inputs of the executions that exist. */
  readonly started: () => readonly { readonly name: string; readonly input: unknown }[];
}

export function starterContract(name: string, newStage: () => Promise<StarterStage>): void {
  describe(`the starter by ${name}`, () => {
    test('starts an execution with the name and the input', async () => {
      const { starter, started } = await newStage();

      expect(await starter.start('orders', run, 'run-1')).toBe('started');
      expect(started()).toEqual([{ name: 'run-1', input: run }]);
    });

    test('uses a name once', async () => {
      const { starter, started } = await newStage();
      await starter.start('orders', run, 'run-1');

      expect(await starter.start('orders', { ...run, reason: 'another' }, 'run-1')).toBe('already');
      expect(started()).toEqual([{ name: 'run-1', input: run }]);
    });

    test('the same call again starts nothing more', async () => {
      const { starter, started } = await newStage();
      await starter.start('orders', run, 'run-1');
      await starter.start('orders', run, 'run-1');

      expect(started()).toHaveLength(1);
    });
  });
}

export const run: RunInput = {
  service: 'orders',
  mode: 'manual',
  to: region('us-west-2'),
  reason: 'game day',
  requestedBy: 'ana',
};
