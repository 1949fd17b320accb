import * as z from 'zod/mini';

export interface ExtensionParameterOptions {
  /** Path of an SSM parameter, in the region of the function. */
  readonly name: string;
  /** `AWS_SESSION_TOKEN`: it shows that the request comes from within the function. */
  readonly sessionToken: string;
  readonly endpoint?: string;
  readonly timeoutMs?: number;
}

const answerSchema = z.object({ Parameter: z.object({ Value: z.string().check(z.minLength(1)) }) });

/**
 * Reads a SecureString through the AWS Parameters and Secrets Lambda Extension, which stands beside the function and keeps
 * what it read for minutes: no client of ours, and a rotated secret is found without a deployment. It answers only once the
 * function is invoked, so nothing may be asked at start. Rejects with what went wrong, never with the value.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/ps-integration-lambda-extensions.html
 */
export function extensionParameter(options: ExtensionParameterOptions): () => Promise<string> {
  const { name, sessionToken, endpoint = 'http://localhost:2773', timeoutMs = 3_000 } = options;
  const url = new URL('/systemsmanager/parameters/get', endpoint);
  url.searchParams.set('name', name);
  url.searchParams.set('withDecryption', 'true');
  return async () => {
    const response = await fetch(url, {
      headers: { 'x-aws-parameters-secrets-token': sessionToken },
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw new Error(`the extension did not answer (${error instanceof Error ? error.name : 'unknown'})`);
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the parameter ${name} was not given: status ${response.status}`);
    }
    const parsed = answerSchema.safeParse(await response.json().catch(() => null));
    if (!parsed.success) throw new Error(`what was given for the parameter ${name} is none`);
    return parsed.data.Parameter.Value;
  };
}
