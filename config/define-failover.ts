import type * as z from 'zod';
import type { Failover } from '../core/service.ts';
import { withBeaconNamespaces } from './beacon.ts';
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
  const parsed = failoverSchema.safeParse(input);
  if (parsed.success) return withBeaconNamespaces(parsed.data as Failover);
  throw new ConfigurationFault(parsed.error.issues.flatMap(linesOf), source);
}

function linesOf(issue: z.core.$ZodIssue): string[] {
  const path = pathOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map(
        (key) => `${pathOf([...issue.path, key])} is unknown; remove it or look for a typing error`,
      );
    case 'invalid_type':
      return [
        issue.message.startsWith('Invalid input')
          ? `${path} must be ${article(issue.expected)}${issue.input === undefined ? ' and is missing' : ''}`
          : `${path} ${issue.message}`,
      ];
    default:
      return [
        /^(must|is|has|repeats) /.test(issue.message)
          ? `${path} ${issue.message}`
          : `${path}: ${lowerFirst(issue.message)}`,
      ];
  }
}

/** `services[0].policy.quorum`, as one would write it. */
function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the configuration';
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? String(part) : `.${String(part)}`))
    .join('');
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
