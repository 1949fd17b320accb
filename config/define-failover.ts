import type { Failover } from '../core/service.ts';
import { withBeaconNamespaces } from '../deployment/beacon.ts';
import { describeIssue, issueLines } from './issue-lines.ts';
import { withQuorum } from './quorum.ts';
import { failoverSchema } from './schema.ts';

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

/** Checks everything and fills in the defaults. Throws `ConfigurationMistake`. */
export function parseFailover(input: unknown, source?: string): Failover {
  const parsed = failoverSchema.safeParse(input, { reportInput: true, error: describeIssue });
  if (parsed.success) return withBeaconNamespaces(withQuorum(parsed.data as Failover));
  throw new ConfigurationMistake(issueLines(parsed.error.issues), source);
}
