import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { parseFailover } from '../../config/define-failover.ts';
import { type Region, region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { groupOf } from '../../deployment/groups.ts';
import { regionStackName, servicesStackName } from '../../deployment/names.ts';
import { withShared } from '../../infra/checks/shared.ts';
import type { Subject } from '../../infra/checks/template.ts';
import { understudyApp } from '../../infra/understudy-app.ts';
import example from '../../understudy.config.ts';

/** A whole synthesis, as `npm run synth` does it: cdk-nag has judged it, or it throws. */
export interface Assembly {
  readonly failover: Failover;
  readonly folder: string;
  /** One for each stack, in the order of their names. */
  readonly subjects: readonly Subject[];
  /** Names of the stacks that must be deployed before one of them, directly. */
  before(stack: string): readonly string[];
}

/** Synthesises `config` into a folder that goes with `use`: once for a test file, because it takes seconds. */
export function assembled(config: unknown = example): Assembly & Disposable {
  const failover = parseFailover(config);
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  const remove = () => rmSync(folder, { recursive: true });
  try {
    const app = understudyApp(failover, { outdir: folder });
    const { stacks } = app.synth();
    const subjects = withShared(
      stacks.map(({ template, stackName, environment }) => ({
        template,
        stack: stackName,
        region: region(environment.region),
        failover,
      })),
    ).toSorted((a, b) => a.stack.localeCompare(b.stack));
    const before = (stack: string) =>
      (app.node.findChild(stack) as Stack).dependencies.map(({ stackName }) => stackName);
    return { failover, folder, subjects, before, [Symbol.dispose]: remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Of the stack that a region has once. */
export function subjectIn({ failover, subjects }: Assembly, where: Region): Subject {
  return named(subjects, regionStackName(failover, where));
}

/** Of the stack that has what there is of a service in a region. */
export function subjectOf({ failover, subjects }: Assembly, service: string, where: Region): Subject {
  return named(subjects, servicesStackName(failover, where, groupOf(service)));
}

function named(subjects: readonly Subject[], name: string): Subject {
  const found = subjects.find(({ stack }) => stack === name);
  if (found === undefined) throw new Error(`no stack ${name}`);
  return found;
}
