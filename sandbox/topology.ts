import { join } from 'node:path';
import { applicationFunction, type BuiltTopology } from '../config/built-topology.ts';
import { applicationTimeoutSeconds } from '../config/topology.ts';
import type { Failover } from '../core/service.ts';
import type { Lambda } from '../loopback/aws/lambda/lambda.ts';
import type { Operation } from '../loopback/aws/service.ts';
import type { ApiRequest } from './regions/api.ts';
import { answerByApplication } from './regions/application.ts';
import { proxied } from './regions/proxy.ts';
import type { RegionOptions } from './regions/region.ts';
import { answerFromSite, sitePath } from './regions/site.ts';
import { turns } from './regions/turns.ts';

/**
 * Simplified: Lambda starts an environment for every request that finds none idle. Here a crowd would wait for the cold starts
 * of as many threads, and measure this machine; it waits for its turn instead.
 */
const environmentsMax = 4;

/** What answers in each region. `failover` is asked for at each request: names are known only when everything stands. */
export function topologyApi(
  topology: BuiltTopology,
  {
    account,
    lambda,
    now,
    failover,
  }: {
    readonly account: string;
    readonly lambda: () => Pick<Lambda, 'operations'>;
    readonly now: () => number;
    readonly failover: () => Failover | undefined;
  },
): (region: string, services: RegionOptions['services']) => NonNullable<RegionOptions['api']> {
  const queues = new Map<string, ReturnType<typeof turns>>();
  const invokeNow: Operation = (input, call) => {
    const operation = lambda().operations['Invoke'];
    if (operation === undefined) throw new Error('Lambda has no Invoke');
    return operation(input, call);
  };
  const invoke: Operation = (input: { readonly FunctionName: string }, call) => {
    const key = `${call.region}/${input.FunctionName}`;
    const queue = queues.get(key) ?? turns(environmentsMax);
    queues.set(key, queue);
    return queue(() => invokeNow(input, call));
  };
  const proxy = (name: string, request: ApiRequest) => {
    const frontDoor = failover()?.services.find((service) => service.name === name)?.frontDoor;
    return proxied(
      frontDoor ?? { url: 'http://127.0.0.1:1', resolvers: [] },
      request,
      applicationTimeoutSeconds * 1_000,
    );
  };
  return (region, services) => (request) => {
    const site = Object.entries(topology.applications).find(([name]) => request.path.startsWith(`${sitePath(name)}/`));
    if (site !== undefined) {
      const [service, { site: folder = '' }] = site;
      return answerFromSite(
        request,
        request.path.slice(sitePath(service).length),
        join(topology.folder, folder),
        region,
      );
    }
    return answerByApplication(request, {
      account,
      region,
      services,
      applications: topology.applications,
      functionName: (service) => applicationFunction(topology, service),
      invoke,
      proxy,
      now,
    });
  };
}
