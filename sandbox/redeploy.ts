import { withCreated } from '../config/created-levers.ts';
import type { Failover } from '../core/service.ts';
import { type Assembly, readAssembly } from '../loopback/cloudformation/assembly.ts';
import type { CloudFormation } from '../loopback/cloudformation/cloudformation.ts';
import { deployment } from './deploy.ts';
import type { assetsHere } from './function-surroundings.ts';
import { type LocalPlaces, localFailover } from './local-failover.ts';

/** What a deployment over a running one changes. */
export interface Running {
  readonly cloudformation: CloudFormation;
  readonly assets: ReturnType<typeof assetsHere>;
  readonly places: LocalPlaces;
  readonly tempo: number;
  /** For files of the sandbox. */
  readonly folder: string;
}

/**
 * Deploys a changed configuration over the one that stands, as an update of its stacks. Resolves with the configuration as it is here.
 * Rejects, with nothing changed, for what the world around it would have to follow: other services, regions, addresses, levers.
 */
export async function redeploy(
  next: Failover,
  before: Failover,
  folderOfTemplates: string,
  { cloudformation, assets, places, tempo, folder }: Running,
): Promise<Failover> {
  const changed = surroundings(next);
  if (changed !== surroundings(before)) {
    throw new Error('services, regions, addresses and levers cannot change while the sandbox is up: start it anew');
  }
  const assembly: Assembly = readAssembly(folderOfTemplates);
  assets.use(assembly);
  const stacks = deployment(next, assembly, cloudformation);
  const here = localFailover(withCreated(next, await stacks.levers()), places, tempo);
  await assets.configure(folder, here);
  await stacks.rest();
  return here;
}

/** What callers, edge and name server were started with. */
const surroundings = ({ name: prefix, account, services }: Failover): string =>
  JSON.stringify([
    prefix,
    account,
    services.map(({ name, regions, frontDoor, lever, healthy, access }) => [
      name,
      regions,
      frontDoor,
      lever,
      healthy,
      access,
    ]),
  ]);
