import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Region } from '../../core/brand.ts';
import { type Flag, signedFlag } from '../../synthetics/flag.ts';
import { awsClient } from './client-settings.ts';
import { sentenceOf } from './vendor-error.ts';

export interface FlagStore {
  readonly parameter: string;
  readonly observers: readonly Region[];
  /** Of AWS itself where it is left out. */
  readonly endpoint?: string | undefined;
}

/** Puts the flag of a detection drill where each observer looks for it. Answers who was not told, and why. */
export async function raiseFlag(
  flag: Flag,
  privateKey: string,
  { parameter: Name, observers, endpoint }: FlagStore,
): Promise<readonly { readonly observer: Region; readonly because: string }[]> {
  const Value = signedFlag(flag, privateKey);
  const told = await Promise.all(
    observers.map(async (observer) => {
      const reach = { connectMs: 2_000, answerMs: 5_000, attempts: 2, endpoint };
      const client = awsClient(observer, reach, (settings) => new SSMClient(settings));
      try {
        await client.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
        return [];
      } catch (error) {
        return [{ observer, because: sentenceOf(error) }];
      } finally {
        client.destroy();
      }
    }),
  );
  return told.flat();
}
