import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { parseFailover } from '../../config/define-failover.ts';
import { understudyApp } from '../../infra/understudy-app.ts';
import example from '../../understudy.config.ts';

/** The templates of the repository's own configuration, without AWS's validator, which other tests start. */
export function synthesisedExample(): { readonly folder: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  vi.stubEnv('CDK_VALIDATION', 'false');
  understudyApp(parseFailover(example), { outdir: folder }).synth();
  vi.unstubAllEnvs();
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
