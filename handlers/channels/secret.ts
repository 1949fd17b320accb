import type { Secret } from '../../core/channel.ts';
import { extensionParameter } from '../adapters/parameter.extension.ts';
import { ConfigurationError, NotificationFailed } from '../errors.ts';

/** Known at once, or asked for with every message: a parameter may have been rotated. */
export type SecretValue = string | (() => Promise<string>);

type Environment = Readonly<Record<string, string | undefined>>;

/** The variable where it is set, else the parameter; null where this function can find neither. */
export function secretValue({ env: variable, parameter: name }: Secret, env: Environment): SecretValue | null {
  const value = variable === undefined ? undefined : env[variable];
  if (value !== undefined && value !== '') return value;
  const sessionToken = env['AWS_SESSION_TOKEN'];
  return name !== undefined && sessionToken !== undefined ? extensionParameter({ name, sessionToken }) : null;
}

/**
 * Reads a secret and checks it. What is known is checked at once. `check` answers what is wrong with it, in words that do not quote it,
 * or null.
 */
export function readSecret(
  what: string,
  value: SecretValue,
  check: (secret: string) => string | null,
): () => Promise<string> {
  const checked = (secret: string): string => {
    const wrong = check(secret);
    if (wrong !== null) throw new ConfigurationError(`${what} ${wrong}`);
    return secret;
  };
  if (typeof value === 'string') {
    const secret = checked(value);
    return async () => secret;
  }
  return async () => {
    try {
      return checked(await value());
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : 'unknown';
      throw new NotificationFailed(`${what} could not be read: ${because}`, { cause });
    }
  };
}

/** The parser's own message would quote the URL. */
export const httpUrl = (secret: string): string | null => (URL.canParse(secret) ? null : 'is not a URL');
