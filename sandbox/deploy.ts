import { type CreatedLevers, createdOutput, parseCreatedLevers } from '../config/created-levers.ts';
import type { Failover } from '../core/service.ts';
import { leversStackName } from '../deployment/names.ts';
import type { Assembly } from '../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../loopback/cloudformation/cloudformation.ts';

/** A deployment in two parts: what has to be known before the rest of the world can stand, and everything else. */
export interface Deployment {
  /** Up to the stack of the levers. Resolves with what was made for those that the configuration leaves to the deployment. */
  levers(): Promise<CreatedLevers>;
  rest(): Promise<void>;
}

/** A bootstrap stack of any account that the templates accept. */
const parameters = { BootstrapVersion: '30' };

/** Deploys the templates as they are, each stack after those whose outputs it reads. */
export function deployment(failover: Failover, { stacks }: Assembly, cloud: CloudFormation): Deployment {
  // Under our name, or in a stack of an app's that says what was made.
  const named = stacks.findIndex((stack) => stack.name === leversStackName(failover));
  const at = named >= 0 ? named : stacks.findIndex(({ template }) => saysWhatWasMade(template));
  const { name = '', region = '' } = stacks[at] ?? {};
  const first = at + 1;
  const deploy = async (some: Assembly['stacks']) => {
    for (const stack of some) await cloud.deploy({ ...stack, parameters });
  };
  return {
    async levers() {
      await deploy(stacks.slice(0, first));
      const text = first === 0 ? undefined : cloud.output(name, region, createdOutput);
      return typeof text === 'string' ? parseCreatedLevers(text, `${name}.${createdOutput}`) : { controls: {} };
    },
    rest: () => deploy(stacks.slice(first)),
  };
}

const saysWhatWasMade = (template: unknown): boolean =>
  Object.hasOwn((template as { readonly Outputs?: object }).Outputs ?? {}, createdOutput);
