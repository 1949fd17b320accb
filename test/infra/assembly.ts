import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFailover } from '../../config/define-failover.ts';
import { type Region, region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import type { Subject } from '../../infra/checks/template.ts';
import { understudyApp } from '../../infra/understudy-app.ts';
import example from '../../understudy.config.ts';

/** A whole synthesis, as `npm run synth` does it: cdk-nag has judged it, or it throws. */
export interface Assembly {
  readonly failover: Failover;
  readonly folder: string;
  /** One for each stack, in the order of their names. */
  readonly subjects: readonly Subject[];
}

/** Synthesises `config` into a folder that goes with `use`: once for a test file, because it takes seconds. */
export function assembled(config: unknown = example): Assembly & Disposable {
  const failover = parseFailover(config);
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  const remove = () => rmSync(folder, { recursive: true });
  try {
    const { stacks } = understudyApp(failover, { outdir: folder }).synth();
    const subjects = stacks
      .map(({ template, stackName, environment }) => ({
        template,
        stack: stackName,
        region: region(environment.region),
        failover,
      }))
      .sort((a, b) => a.stack.localeCompare(b.stack));
    return { failover, folder, subjects, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

export function subjectIn({ subjects }: Assembly, where: Region): Subject {
  const found = subjects.find(({ stack, region }) => region === where && stack.endsWith(where));
  if (found === undefined) throw new Error(`no stack of ${where}`);
  return found;
}
