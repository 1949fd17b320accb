import type { Service } from '../../core/service.ts';
import type { Sandbox } from '../sandbox.ts';
import { frontOf } from './front.ts';
import type { ViewersOptions } from './viewers.ts';

/**
 * What the callers of a service know: where they go, what they ask for, what opens its door and what a good answer is. They know
 * what they asked for, so an HTML page with status 200 is none, and the text that only the health answer has is not missed.
 */
export function callersOf(
  sandbox: Pick<Sandbox, 'addresses' | 'failover' | 'topology' | 'keys'>,
  service: Service,
): Required<Pick<ViewersOptions, 'target' | 'asks' | 'headers' | 'healthy'>> {
  const asks = sandbox.topology?.callers[service.name];
  const { contentType } = service.healthy;
  return {
    target: frontOf(sandbox, service),
    asks,
    headers: sandbox.keys(service.name),
    healthy: {
      ...service.healthy,
      status: 200,
      text: undefined,
      ...(asks === undefined
        ? { body: { service: service.name } }
        : { body: {}, contentType: asks.contentType ?? contentType }),
    },
  };
}
