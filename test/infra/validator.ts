import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CelEngine, TemplateFile } from '@aws/cloudformation-validate';
import type { Template } from '../../infra/checks/template.ts';

/** AWS's offline validator; it takes a second to start, so once a test file. */
export interface Validator extends Disposable {
  /** What AWS would refuse, each with rule and resource. */
  errorsIn(template: Template): readonly string[];
}

/** Told as warnings, and refused by AWS all the same: a value that is none of those which a property may have. */
const isRefused: ReadonlySet<string> = new Set(['W3030']);

export function validator(): Validator {
  const engine = new CelEngine();
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  return {
    errorsIn(template) {
      // It reads files.
      const file = join(folder, 'template.json');
      writeFileSync(file, JSON.stringify(template));
      return engine
        .validateStandard(new TemplateFile(file))
        .diagnostics.filter(
          ({ severity, ruleId }) => severity === 'ERROR' || severity === 'FATAL' || isRefused.has(ruleId),
        )
        .map(({ ruleId, message, entity }) => `${ruleId} ${JSON.stringify(entity)}: ${message}`);
    },
    [Symbol.dispose]() {
      engine.free();
      rmSync(folder, { recursive: true });
    },
  };
}
