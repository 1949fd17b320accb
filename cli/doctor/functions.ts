import * as z from 'zod';
import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';
import { type FunctionRole, functionName } from '../../deployment/names.ts';
import { invoke } from '../../handlers/adapters/invoke.ts';
import { vantageClient } from '../../handlers/adapters/vantages.lambda.ts';
import { sentenceOf } from '../../handlers/adapters/vendor-error.ts';
import { type Check, type Finding, patientMs } from './finding.ts';

/** Between them they depend on all that a move depends on; `shift` may write. */
const asked: readonly FunctionRole[] = ['shift', 'assess', 'prepare', 'settle'];

/**
 * What the functions of each control region depend on, from where they are and with their own roles: ledger, levers, all five endpoints
 * of ARC, hooks and observers. What a laptop can reach says nothing of that.
 */
export const functions: Check = async ({ failover, endpoint }) => {
  const each = failover.controlRegions.flatMap((region) => asked.map((role) => ({ region, role })));
  const found = await Promise.all(each.map(({ region, role }) => findingsOf(region, role, failover, endpoint)));
  // Each of the functions has read the same item.
  const known = new Set<string>();
  return found.flat().filter(({ about, what }) => !known.has(`${about} ${what}`) && known.add(`${about} ${what}`));
};

async function findingsOf(
  region: Region,
  role: FunctionRole,
  failover: Failover,
  endpoint: string | null,
): Promise<readonly Finding[]> {
  const name = functionName(failover, role);
  const client = vantageClient(region, endpoint === null ? {} : { endpoint });
  try {
    const { checkedUp } = answerSchema.parse(await invoke(client, name, { checkUp: true }, patientMs));
    return checkedUp.flatMap(({ what, name: about, complaints, did }) =>
      complaints.map((complaint) => ({
        check: 'functions',
        about: `${what} ${about}, from ${name} in ${region}`,
        what: complaint,
        why: `${whys[what]}; it ${did}`,
        command: commands[what](name, region),
      })),
    );
  } catch (error) {
    return [
      {
        check: 'functions',
        about: `${name} in ${region}`,
        what: `it could not be asked: ${sentenceOf(error)}`,
        why: 'a run there comes to this step and no further',
        command: `aws lambda invoke --region ${region} --function-name ${name} --payload '{"checkUp":true}' --cli-binary-format raw-in-base64-out /dev/stdout`,
      },
    ];
  } finally {
    client.destroy();
  }
}

const answerSchema = z.object({
  checkedUp: z.array(
    z.object({
      what: z.enum(['ledger', 'lever', 'hook', 'observer']),
      name: z.string(),
      did: z.string(),
      complaints: z.array(z.string()),
    }),
  ),
});

type What = z.output<typeof answerSchema>['checkedUp'][number]['what'];

const whys: Readonly<Record<What, string>> = {
  ledger: 'without the ledger no run of this region is let in',
  lever: 'this is what a move writes, or reads, from there',
  hook: 'a hook that cannot be called has failed, and by `onFailure` may end a move',
  observer: 'an observer that cannot be asked does not vote',
};

const commands: Readonly<Record<What, (name: string, region: Region) => string>> = {
  ledger: () => 'npx cdk deploy --all --outputs-file cdk-outputs.json',
  lever: (name, region) => `aws logs tail /aws/lambda/${name} --region ${region} --since 10m`,
  hook: (name, region) => `aws logs tail /aws/lambda/${name} --region ${region} --since 10m`,
  observer: () => 'understudy status',
};
