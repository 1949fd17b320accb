import type { Failover } from '../core/service.ts';
import { withBeaconNamespaces } from '../deployment/beacon.ts';
import { describeIssue, issueLines, pathText } from './issue-lines.ts';
import { withQuorum } from './quorum.ts';
import { failoverSchema } from './schema.ts';
import { type Staged, StageMistake, staged } from './stages.ts';

/** The configuration is wrong. `mistakes` has one line per mistake, each with the path to it. */
export class ConfigurationMistake extends Error {
  override readonly name = 'ConfigurationMistake';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[], source?: string) {
    super(
      [
        `${source ?? 'The configuration'} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:`,
        ...mistakes.map((mistake) => `  ${mistake}`),
      ].join('\n'),
    );
    this.mistakes = mistakes;
  }
}

/**
 * Checks everything and fills in the defaults: of the environment that the input describes, or of a `stage` of it. Throws
 * `ConfigurationMistake`.
 */
export function parseFailover(file: unknown, source?: string, stage?: string): Failover {
  const { input, written } = stageIn(file, source, stage);
  const parsed = failoverSchema.safeParse(input, { reportInput: true, error: describeIssue });
  if (parsed.success) return withBeaconNamespaces(withQuorum(parsed.data as Failover));
  throw new ConfigurationMistake(
    issueLines(parsed.error.issues, (path) => pathText(written(path))),
    sourceOf(source, stage),
  );
}

/** Throws `ConfigurationMistake` where there is no such stage. */
export function stageIn(file: unknown, source?: string, stage?: string): Staged {
  try {
    return staged(file, stage);
  } catch (mistake) {
    if (mistake instanceof StageMistake) throw new ConfigurationMistake([mistake.message], source);
    throw mistake;
  }
}

/** As people are told which environment of a file is spoken of. */
export const sourceOf = (source: string | undefined, stage: string | undefined): string | undefined =>
  source === undefined || stage === undefined ? source : `${source}, stage ${stage}`;
