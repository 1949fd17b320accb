import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../loopback/clock.ts';
import { followStore } from '../../../loopback/edge/store-copy.ts';
import { feedOf, type StoreFeed, type StoreVersion } from '../../../loopback/edge/store-feed.ts';

describe('an edge copy of the store', () => {
  test('begins with the store as it stands', () => {
    const { copy } = start();

    expect(copy.current().version).toBe(1);
  });

  test('has a change only when its delay is over', async () => {
    const { copy, feed, clock } = start();

    feed.publish(2);
    expect(copy.current().version).toBe(1);
    const reached = copy.reached(2);
    clock.end(0);
    await reached;

    expect(copy.current().version).toBe(2);
  });

  test('never goes back to a change that was overtaken', async () => {
    const { copy, feed, clock, applied } = start();

    feed.publish(2);
    feed.publish(3);
    clock.end(1);
    await copy.reached(3);
    clock.end(0);
    await settled();

    expect(copy.current().version).toBe(3);
    expect(applied).toEqual([3]);
  });

  test('rejects whoever waits when it is closed', async () => {
    const { copy, feed } = start();
    feed.publish(2);

    const reached = copy.reached(2);
    copy.close();

    await expect(reached).rejects.toThrow('closed before version 2 arrived');
  });

  test('follows one store among several', () => {
    const listeners: ((change: StoreVersion & { arn: string }) => void)[] = [];
    const seen: number[] = [];
    const feed = feedOf(
      {
        store: () => version(1),
        subscribe(listener) {
          listeners.push(listener);
          return () => {};
        },
      },
      'arn:ours',
    );
    feed.subscribe((change) => seen.push(change.version));

    for (const listener of listeners) {
      listener({ ...version(2), arn: 'arn:theirs' });
      listener({ ...version(3), arn: 'arn:ours' });
    }

    expect(seen).toEqual([3]);
  });
});

function start() {
  const feed = publishedFeed();
  const clock = steppedClock();
  const applied: number[] = [];
  const copy = followStore({ feed, clock, delayMs: () => 1, onChange: (change) => applied.push(change.version) });
  return { feed, clock, copy, applied };
}

/** A clock whose waits end when the test says so. */
function steppedClock(): Clock & { end(wait: number): void } {
  const waits: (() => void)[] = [];
  return {
    now: () => 0,
    wait(_, signal) {
      return new Promise((resolve, reject) => {
        waits.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    },
    end: (wait) => waits[wait]?.(),
  };
}

function publishedFeed(): StoreFeed & { publish(number: number): void } {
  const listeners = new Set<(change: StoreVersion) => void>();
  return {
    snapshot: () => version(1),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    publish(number) {
      for (const listener of listeners) listener(version(number));
    },
  };
}

const version = (number: number): StoreVersion => ({ version: number, entries: new Map(), at: 0 });
const settled = () => new Promise(setImmediate);
