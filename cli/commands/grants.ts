import { type GrantToGive, grantsToGive } from '../../deployment/grants.ts';
import { type Command, noOperands } from '../command.ts';
import { writtenFailover } from '../configuration.ts';
import { exitCodes } from '../exit-codes.ts';

export const grants: Command = {
  name: 'grants',
  operands: '',
  summary: 'what other accounts have to give: the roles that levers and hooks assume there, their trust and policy',
  options: {},
  example: 'understudy grants --json',
  async run(invocation) {
    noOperands(invocation);
    const given = grantsToGive(await writtenFailover(invocation));
    if (invocation.values['json'] === true) invocation.out(JSON.stringify(given));
    else if (given.length === 0) invocation.out('nothing: no lever and no hook assumes a role (assume)');
    else invocation.out(given.map(textOf).join('\n\n'));
    return exitCodes.done;
  },
};

/** Lines that an administrator of the other account runs; the documents stand in them as they are. */
function textOf({ roleArn, account, trust, policy }: GrantToGive): string {
  const path = roleArn.split(':role')[1] ?? '';
  const name = path.slice(path.lastIndexOf('/') + 1);
  const below = path.slice(0, path.lastIndexOf('/') + 1);
  const document = (value: object) => `'${JSON.stringify(value, null, 2)}'`;
  return [
    `# ${roleArn}, by an administrator of account ${account}`,
    `aws iam create-role --role-name ${name} --path ${below} --assume-role-policy-document ${document(trust)}`,
    `aws iam put-role-policy --role-name ${name} --policy-name understudy --policy-document ${document(policy)}`,
  ].join('\n');
}
