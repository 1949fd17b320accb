import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { functionRoles } from '../../deployment/names.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import example from '../../understudy.config.ts';

const failover = parseFailover(example);

async function folder(files: readonly string[]): Promise<string> {
  const dist = await mkdtemp(join(tmpdir(), 'understudy-bundles-'));
  onTestFinished(() => rm(dist, { recursive: true }));
  for (const file of files) {
    await mkdir(dirname(join(dist, file)), { recursive: true });
    await writeFile(join(dist, file), '');
  }
  return dist;
}

test('a sandbox without bundles does not start, and says what to run', async () => {
  const dist = await folder([]);

  await expect(startSandbox({ failover, dist })).rejects.toThrow(
    /^\S+template\.js \(and \d+ more\) is not there: run `npm run build` first$/,
  );
});

test('neither does one that lacks a single one of them, be it for the canaries, which come later', async () => {
  const dist = await folder([
    'edge/template.js',
    ...functionRoles.map((name) => `functions/${name}.mjs`),
    'synthetics/regional-api/nodejs/node_modules/index.js',
  ]);

  await expect(startSandbox({ failover, dist })).rejects.toThrow(
    `${join(dist, 'synthetics', 'front-door', 'nodejs', 'node_modules', 'index.js')} is not there: run \`npm run build\` first`,
  );
});
