import { type Region, region } from '../core/brand.ts';
import { regionNames, type Service } from '../core/service.ts';
import { type Invocation, text, UsageError } from './command.ts';
import { didYouMean } from './did-you-mean.ts';

/** The value of an option that names a region of the service, or undefined where it was not given. Throws `UsageError` for any other region. */
export function regionOption(invocation: Invocation, name: string, service: Service): Region | undefined {
  const given = text(invocation, name);
  if (given === undefined) return undefined;
  const known = regionNames(service);
  if (known.includes(region(given))) return region(given);
  throw new UsageError(
    `--${name} ${given} is no region of ${service.name}${didYouMean(given, known)}; it has ${known.join(', ')}`,
  );
}
