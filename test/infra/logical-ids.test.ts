import { afterAll, expect, test } from 'vitest';
import { resourcesOf } from '../../infra/checks/template.ts';
import { assembled } from './assembly.ts';
import { complete } from './planned.ts';

const assembly = assembled(complete);
afterAll(() => assembly[Symbol.dispose]());

/** What is made anew with each change of what it stands for, under another id each time. */
const versions = /^AWS::(StepFunctions::StateMachineVersion|Lambda::Version)$/;

/*
 * A contract with what is deployed: CloudFormation knows a resource by its stack and its logical id. Under another one it is made anew
 * while the old one has its name, and what it stood for (a cluster, a store, records) is lost or in the way. A line that goes from here needs
 * a way for those who have deployed it, in docs/deploying.md.
 */
test('stacks and logical ids are those that are deployed', async () => {
  const lines = assembly.subjects.flatMap(({ stack, template }) =>
    resourcesOf(template)
      .filter(({ Type }) => !versions.test(Type))
      .map(({ id, Type }) => `${stack} ${id} ${Type}`),
  );

  await expect(`${lines.toSorted().join('\n')}\n`).toMatchFileSnapshot('logical-ids.txt');
});
