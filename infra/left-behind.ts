import { existsSync } from 'node:fs';
import { readJson } from '../config/read-json.ts';
import type { Failover } from '../core/service.ts';
import { chatStackName } from '../deployment/names.ts';

/** Where stacks without a region in their name are; the one of the chat is beside the ledger. */
const elsewhere = 'us-west-2';

interface Left {
  readonly ledger: Pick<Failover['ledger'], 'region'>;
  /** Of the app, by name. */
  readonly stacks: readonly string[];
}

/**
 * Stacks of this deployment in an outputs file that the app has no more, a line each with the command that takes one away: the last service of
 * a group went, or a region. `cdk deploy --all` leaves them as they are, and what is in them goes on watching.
 */
export function leftBehind(
  deployed: readonly string[],
  { name, ledger, stacks }: Pick<Failover, 'name'> & Left,
): readonly string[] {
  const known = new Set(stacks);
  return deployed
    .filter((stack) => stack.startsWith(`${name}-`) && !known.has(stack))
    .map((stack) => {
      const [, where = stack === chatStackName({ name }) ? ledger.region : elsewhere] =
        /^(?:beacons-)?([a-z]{2}-[a-z]+-\d)(?:-\d\d)?$/.exec(stack.slice(name.length + 1)) ?? [];
      return `${stack} has nothing of this configuration any more and goes on as it is: aws cloudformation delete-stack --stack-name ${stack} --region ${where}`;
    });
}

/** Names of the stacks in what `cdk deploy --outputs-file` wrote; none where it is not there. */
export async function stacksIn(outputs: string): Promise<readonly string[]> {
  if (!existsSync(outputs)) return [];
  return Object.keys((await readJson(outputs)) as object);
}
