import { userInfo } from 'node:os';

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
