import type { Failover, Service } from '../../core/service.ts';
import { ConfigurationError } from '../errors.ts';

/** Throws `ConfigurationError` where the configuration lost a service that a run is about. */
export function serviceOf(failover: Failover, name: string): Service {
  const service = failover.services.find((candidate) => candidate.name === name);
  if (service === undefined) {
    const known = failover.services.map((candidate) => candidate.name).join(', ');
    throw new ConfigurationError(`the configuration has no service ${name}, only ${known}`);
  }
  return service;
}
