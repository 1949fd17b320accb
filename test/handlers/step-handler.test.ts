import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { stepHandler } from '../../handlers/step-handler.ts';
import { wiringOf } from '../../handlers/wiring.ts';
import { failover } from '../support/world.ts';

let folder: string;
let config: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(failover));
  vi.stubEnv('UNDERSTUDY_CONFIG', config);
  vi.stubEnv('AWS_REGION', 'us-west-2');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'SILENT');
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const payload = z.object({ say: z.string() });

describe('a step as a function', () => {
  test('parses, binds once, runs and returns', async () => {
    const bind = vi.fn(() => ({}));
    const handler = stepHandler('echo', payload, async ({ say }, _ports, { name }) => `${name}: ${say}`, bind);

    expect([await handler({ say: 'a' }), await handler({ say: 'b' })]).toEqual(['understudy: a', 'understudy: b']);
    expect(bind).toHaveBeenCalledTimes(1);
  });

  test('a payload of another version is an error that no retry is spent on, and says where', async () => {
    const handler = stepHandler(
      'echo',
      payload,
      async () => 'never',
      () => ({}),
    );

    await expect(handler({ say: 7 })).rejects.toMatchObject({
      name: 'MalformedPayload',
      message: expect.stringContaining('payload of echo: say: '),
    });
  });

  test("the step's own error leaves as it is", async () => {
    const lost = Object.assign(new Error('no answer'), { name: 'LeverUnavailable' });
    const handler = stepHandler(
      'echo',
      payload,
      () => Promise.reject(lost),
      () => ({}),
    );

    await expect(handler({ say: 'a' })).rejects.toBe(lost);
  });

  test('publishes metrics whether the step succeeds or not', async () => {
    const flush = vi.fn(async () => {});
    const metrics = { record() {}, flush };
    const handler = stepHandler(
      'echo',
      payload,
      async ({ say }) => {
        if (say === 'fail') throw new Error('asked to');
      },
      () => ({ metrics }),
    );

    await handler({ say: 'a' });
    await expect(handler({ say: 'fail' })).rejects.toThrow('asked to');

    expect(flush).toHaveBeenCalledTimes(2);
  });

  test('finds a configuration that came later at the next invocation', async () => {
    rmSync(config);
    const handler = stepHandler(
      'echo',
      payload,
      async () => 'done',
      () => ({}),
    );

    await expect(handler({ say: 'a' })).rejects.toThrow(config);
    writeFileSync(config, JSON.stringify(failover));

    expect(await handler({ say: 'a' })).toBe('done');
  });
});

describe('a warm-up', () => {
  const warming = (ports: object) =>
    stepHandler(
      'echo',
      payload,
      async () => 'never',
      () => ports,
    );

  test('reads the ledger every time, and levers once a container', async () => {
    const read = vi.fn(async () => ({}));
    const lever = vi.fn(async () => ({}));
    const handler = warming({ ledger: { read }, levers: () => ({ read: lever }) });

    expect([await handler({ warm: true }), await handler({ warm: true })]).toEqual([{ warm: true }, { warm: true }]);

    expect(read).toHaveBeenCalledTimes(2 * failover.services.length);
    expect(lever).toHaveBeenCalledTimes(failover.services.length);
  });

  test('asks every place of a lever, and asks again while one of them does not answer or nothing can be read', async () => {
    const complaints = vi.fn(async () => ['eu-west-1: InvalidSignatureException: for a test']);
    const read = vi.fn(async () => ({ kind: 'read' }));
    const handler = warming({ levers: () => ({ read, complaints }) });
    await handler({ warm: true });
    complaints.mockResolvedValue([]);
    read.mockResolvedValueOnce({ kind: 'unreadable' });

    for (let turn = 0; turn < 3; turn++) await handler({ warm: true });

    expect(complaints).toHaveBeenCalledTimes(3 * failover.services.length);
    expect(read).toHaveBeenCalledTimes(2 * failover.services.length);
  });

  test('asks a lever again that did not answer', async () => {
    const lever = vi.fn(async () => ({}));
    lever.mockRejectedValueOnce(new Error('away'));
    const handler = warming({ levers: () => ({ read: lever }) });

    await handler({ warm: true });
    await handler({ warm: true });
    await handler({ warm: true });

    expect(lever).toHaveBeenCalledTimes(2 * failover.services.length);
  });
});

describe('the environment', () => {
  test('that lacks something says what, and who sets it', async () => {
    await expect(wiringOf('shift', {})).rejects.toMatchObject({
      name: 'ConfigurationError',
      message:
        'environment of shift: UNDERSTUDY_CONFIG: is not set; it names the configuration file; AWS_REGION: is not set; Lambda sets it',
    });
  });

  test('gives every function the parsed configuration and its own region', async () => {
    const wiring = await wiringOf('shift', process.env);

    expect(wiring.region).toBe('us-west-2');
    expect(wiring.failover).toEqual(failover);
  });
});
