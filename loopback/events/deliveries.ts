import { type Aws, AwsError } from '../aws/service.ts';
import type { Clock } from '../clock.ts';
import type { Queues } from '../sqs/queues.ts';
import { unreachable } from '../unreachable.ts';
import { type DeadLetter, type Delivery, deliver } from './delivery.ts';
import { type Disturbance, disturbances } from './disturbance.ts';
import { invoke } from './target.ts';
import { targetInput } from './target-input.ts';

/** Events on their way to targets. */
export interface Deliveries {
  send(delivery: Delivery): void;
  /** Disturbs the next delivery that it applies to. */
  disturb(disturbance: Disturbance): void;
  /** Deliveries that were given up, oldest first. */
  dead(): readonly DeadLetter[];
  /** Resolves when every delivery under way has arrived or was given up. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface DeliveriesOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tempo: number;
  readonly aws: () => Aws;
  readonly queues?: Pick<Queues, 'send'>;
}

export function deliveries({ clock, random, tempo, aws, queues }: DeliveriesOptions): Deliveries {
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const disturbed = disturbances();
  const held: Delivery[] = [];
  const dead: DeadLetter[] = [];

  return {
    send: disturbedSend,
    disturb: (disturbance) => disturbed.add(disturbance),
    dead: () => [...dead],
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      closing.abort();
      await Promise.all(underWay);
    },
  };

  function disturbedSend(delivery: Delivery): void {
    const disturbance = disturbed.take(delivery);
    if (disturbance === undefined) send(delivery);
    else if (!disturb(disturbance, delivery)) return;
    for (const late of held.splice(0)) send(late);
  }

  /** Whether a delivery was made, now or for later, so that those that were held back may follow. */
  function disturb(disturbance: Disturbance, delivery: Delivery): boolean {
    switch (disturbance.kind) {
      case 'duplicate':
        send(delivery);
        send(delivery);
        return true;
      case 'delay':
        track(clock.wait(disturbance.ms, closing.signal).then(() => attempted(delivery)));
        return true;
      case 'lose':
        return false;
      case 'reorder':
        held.push(delivery);
        return false;
      default:
        return unreachable(disturbance);
    }
  }

  function send(delivery: Delivery): void {
    track(attempted(delivery));
  }

  async function attempted(delivery: Delivery): Promise<void> {
    const letter = await deliver(delivery, {
      clock,
      random,
      tempo,
      signal: closing.signal,
      attempt: ({ target, event, ruleArn, ingestedAt }) => {
        const ruleName = ruleArn.slice(ruleArn.lastIndexOf('/') + 1);
        const input = targetInput(target, { event, ruleArn, ruleName, ingestedAt });
        return input === null ? Promise.resolve() : invoke(target, { event, input, ruleArn }, aws());
      },
    });
    if (letter === null) return;
    dead.push(letter);
    if (letter.queueArn !== null) sendToQueue(letter, letter.queueArn);
  }

  /** A queue that refuses the letter, or is not there, loses it: nobody is told, as on AWS. */
  function sendToQueue(
    { event, ruleArn, targetArn, errorCode, errorMessage, exhausted }: DeadLetter,
    arn: string,
  ): void {
    const attributes = {
      RULE_ARN: ruleArn,
      TARGET_ARN: targetArn,
      ERROR_CODE: errorCode,
      ERROR_MESSAGE: errorMessage,
      ...(exhausted !== null && { EXHAUSTED_RETRY_CONDITION: exhausted }),
    };
    const caller = { kind: 'service', service: 'events.amazonaws.com', sourceArn: ruleArn } as const;
    try {
      queues?.send(arn, { body: JSON.stringify(event), attributes }, caller);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }

  /** Work that ends with an abort when this is closed. */
  function track(work: Promise<void>): void {
    const ended = work.catch((error: unknown) => {
      if (!closing.signal.aborted) throw error;
    });
    underWay.add(ended);
    ended.finally(() => underWay.delete(ended));
  }
}
