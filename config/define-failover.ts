import type { Failover } from '../core/service.ts';
import { withBeaconNamespaces } from '../deployment/beacon.ts';
import { describeIssue, issueLines } from './issue-lines.ts';
import { withQuorum } from './quorum.ts';
import { type FailoverInput, failoverSchema } from './schema.ts';

/** The configuration is wrong. `faults` has one line per fault, each with the path to it. */
export class ConfigurationFault extends Error {
  override readonly name = 'ConfigurationFault';
  readonly faults: readonly string[];

  constructor(faults: readonly string[], source?: string) {
    super(
      [
        `${source ?? 'The configuration'} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:`,
        ...faults.map((fault) => `  ${fault}`),
      ].join('\n'),
    );
    this.faults = faults;
  }
}

/**
 * Describes what Understudy protects: the one call of `understudy.config.ts`. It only carries the types; the check
 * happens where the file is loaded, so that a fault reads as a message and not as a stack trace.
 */
export function defineFailover(input: FailoverInput): FailoverInput {
  return input;
}

/** Checks everything and fills in the defaults. Throws `ConfigurationFault`. */
export function parseFailover(input: unknown, source?: string): Failover {
  const parsed = failoverSchema.safeParse(input, { reportInput: true, error: describeIssue });
  if (parsed.success) return withBeaconNamespaces(withQuorum(parsed.data as Failover));
  throw new ConfigurationFault(issueLines(parsed.error.issues), source);
}
