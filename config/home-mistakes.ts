import type { Failover, Service } from '../core/service.ts';
import { regionOfArn } from './arn.ts';
import type { Mistake } from './mistake.ts';

/** Undefined where a service has no region, which is a mistake of its own. */
const homeOf = ({ regions }: Pick<Service, 'regions'>) => regions[0]?.region;

/** What would be lost together with the region that it is to move a service out of. */
export function* homeMistakes({ observers, controlRegions, services }: Failover): Generator<Mistake> {
  for (const [s, service] of services.entries()) {
    const home = homeOf(service);
    const names: readonly string[] = service.regions.map(({ region }) => region);
    if (observers.every((observer) => names.includes(observer))) {
      yield {
        path: ['observers'],
        message: `must have one that is no region of ${service.name}: somebody has to watch from outside`,
      };
    }
    if (controlRegions.every((control) => control === home)) {
      yield { path: ['controlRegions'], message: `must not be ${service.name}'s home region alone: it dies with it` };
    }
    for (const [h, { name, functionArn }] of service.hooks.entries()) {
      if (functionArn === undefined || regionOfArn(functionArn) !== home) continue;
      yield {
        path: ['services', s, 'hooks', h, 'functionArn'],
        message: `is in ${home}, the home region of ${service.name}: ${name} could not be asked when it is lost; deploy it to another region`,
      };
    }
  }
  for (const [index, observer] of observers.entries()) {
    if (services.length > 0 && services.every((service) => homeOf(service) === observer)) {
      yield {
        path: ['observers', index],
        message: `is ${observer}, the home region of every service: it would be lost with what it watches; choose another`,
      };
    }
  }
}
