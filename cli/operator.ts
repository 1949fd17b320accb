import { userInfo } from 'node:os';
import type { Entry, OperatorCommandName } from '../core/entry.ts';
import type { LedgerCommand } from '../core/ledger-command.ts';
import { FLEET } from '../core/record.ts';

/**
 * Who works here, as the record and every message name them. The account, not an environment variable, where there is one:
 * a container may run under a number that its passwd file does not know, and then `userInfo` throws.
 */
export function operator(
  account: () => { readonly username: string } = userInfo,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  try {
    return account().username;
  } catch {
    return env['USER'] || env['LOGNAME'] || `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

export type OperatorCommand = Extract<LedgerCommand, { kind: OperatorCommandName }>;

/** What the record keeps of a command that a person gave. */
export function operatorEntry(service: string, command: OperatorCommand, by: string, at: number, why?: string): Entry {
  const reason = ('reason' in command ? command.reason : null) ?? why ?? '';
  const where = 'region' in command && command.region !== null ? `${command.region} ` : '';
  const until = 'until' in command && command.until != null ? `, until ${new Date(command.until).toISOString()}` : '';
  const led = 'movedTo' in command ? `, moved to ${command.movedTo}` : '';
  return {
    id: `operator:${command.kind}:${at}`,
    service,
    incident: null,
    at,
    text: `${by}: ${command.kind} ${where}${service === FLEET ? 'for all services' : service}${until}${led}${reason === '' ? '' : `: ${reason}`}`,
    what: { kind: 'operator', command: command.kind, by, reason },
  };
}
