import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import type { Aws } from '../../../loopback/aws/service.ts';
import { startCanaries } from '../../../loopback/canaries/canaries.ts';
import type { CanaryRun } from '../../../loopback/canaries/run-report.ts';
import { wallClock } from '../../../loopback/clock.ts';
import { startRegion } from '../../../sandbox/regions/region.ts';

test('the bundled canary of a regional API passes, fails with the fault, and passes again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'canaries-'));
  const bundle = join(folder, 'index.cjs');
  await build({
    entryPoints: ['synthetics/regional-api.canary.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: bundle,
    logLevel: 'error',
  });
  const region = await startRegion({
    region: 'us-east-1',
    address: '127.0.0.1',
    port: 0,
    services: [{ name: 'orders', path: '/orders' }],
    now: Date.now,
    random: Math.random,
  });
  const config = {
    url: `${region.url}/orders/health`,
    expectedRegion: 'us-east-1',
    healthy: {
      path: '/health',
      status: 200,
      contentType: 'application/json',
      body: { service: 'orders' },
      servedBy: { header: 'x-served-region' },
      slowMs: 5000,
      timeoutMs: 5000,
    },
  };
  const aws: Aws = { account: '123456789012', call: async () => ({}) };
  const canaries = startCanaries({
    canaries: [
      {
        name: 'orders-us-east-1',
        observer: 'us-east-2',
        bundle,
        env: { UNDERSTUDY_CANARY: JSON.stringify(config) },
        periodMs: 60_000,
        timeoutMs: 10_000,
      },
    ],
    aws,
    emit: () => {},
    isSilent: () => false,
    clock: wallClock,
    random: Math.random,
    tempo: 2_000,
  });
  /** The first run that started from now on. */
  const nextRun = () => {
    const from = Date.now();
    return new Promise<CanaryRun>((resolve) => {
      const stop = canaries.onRun((run) => {
        if (run.startedAt < from) return;
        stop();
        resolve(run);
      });
    });
  };

  try {
    const seen: (string | null)[] = [(await nextRun()).failure];
    for (const fault of ['dark', '503', 'html', 'wrong-body', 'wrong-region', null] as const) {
      await region.setFault(fault);
      seen.push((await nextRun()).failure);
    }

    expect(seen).toEqual([
      null,
      'refused: connection refused (ECONNREFUSED)',
      'status: status 503, not 200',
      'content-type: content type text/html, not application/json',
      'body: body member service is missing',
      'wrong-region: served by eu-central-1, not us-east-1',
      null,
    ]);
  } finally {
    await canaries.close();
    await region.close();
    rmSync(folder, { recursive: true });
  }
});
