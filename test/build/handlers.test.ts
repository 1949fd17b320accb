import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bundle, buildHandlers, HANDLER_BYTES_MAX } from '../../build/handlers.ts';
import { steps } from '../../deployment/names.ts';

let folder: string;
let bundles: readonly Bundle[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  ({ bundles } = await buildHandlers(folder));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the bundles', () => {
  test('hold a function for every step of the machine, the reconciler and the vantage', () => {
    const names = bundles.map(({ kind, name }) => `${kind}/${name}`);

    for (const step of [...steps, 'reconcile']) expect(names).toContain(`functions/${step}`);
    expect(names).toContain('functions/vantage');
    for (const canary of ['regional-api', 'front-door', 'journey']) expect(names).toContain(`synthetics/${canary}`);
  });

  test('hold a canary where the Synthetics runtime requires it from, as CommonJS', () => {
    const { file } = bundles.find(({ name }) => name === 'regional-api') ?? { file: '' };

    expect(file).toBe(join(folder, 'synthetics', 'regional-api', 'nodejs', 'node_modules', 'index.js'));
    const code = `process.stdout.write(typeof require(${JSON.stringify(file)}).handler)`;
    expect(execFileSync(process.execPath, ['--input-type=commonjs', '-e', code], { encoding: 'utf8' })).toBe(
      'function',
    );
    // Node's own require forgives module syntax; the runtime's loader need not.
    expect(() => new Script(`(function (exports, require, module) {${readFileSync(file, 'utf8')}\n})`)).not.toThrow();
  });

  test('are small enough, and said to be as large as they are', () => {
    for (const { kind, file, bytes } of bundles) {
      const own = readFileSync(file).length;
      if (kind === 'synthetics') expect(own).toBe(bytes);
      else expect(bytes).toBeGreaterThan(own);
      expect(bytes).toBeLessThanOrEqual(HANDLER_BYTES_MAX);
    }
  });

  test('each loads by itself and exports a handler', () => {
    const files = bundles.map(({ file }) => pathToFileURL(file).href);
    const code = `for (const file of ${JSON.stringify(files)}) console.log(typeof (await import(file)).handler)`;

    const kinds = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: folder,
      encoding: 'utf8',
    });

    expect(kinds.trim().split('\n')).toEqual(files.map(() => 'function'));
  });

  test('an error keeps the name that the machine retries it by', () => {
    const admit = bundles.find(({ name }) => name === 'admit');
    const code = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(admit?.file ?? '').href)});
      await handler({}).catch((error) => console.log(error.name));`;
    const env = { AWS_REGION: 'us-west-2', PATH: process.env['PATH'] };

    const name = execFileSync(process.execPath, ['--input-type=module', '-e', code], {
      cwd: folder,
      encoding: 'utf8',
      env,
    });

    expect(name.trim()).toBe('ConfigurationError');
  });
});
