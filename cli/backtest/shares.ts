import { fullWeight } from '../../core/plan.ts';
import type { Weights } from '../../core/routing.ts';
import { regionNames, type Service } from '../../core/service.ts';
import { UsageError } from '../command.ts';

/** `us-east-1=50,us-west-2=50`, in percent that add up to 100, as weights of the service. Throws `UsageError`. */
export function sharesFrom(text: string, service: Service): Weights {
  const names: readonly string[] = regionNames(service);
  const parts = text.split(',').map((part) => part.split('='));
  const percents = new Map<string, number>();
  for (const [name = '', percent = '', ...more] of parts) {
    const value = percent.trim() === '' || more.length > 0 ? Number.NaN : Number(percent);
    if (!names.includes(name.trim()) || percents.has(name.trim()) || !(value >= 0)) {
      throw new UsageError(
        `--shares takes regions of ${service.name} (${names.join(', ')}) with their percent, each once, as ${names.map((each, index) => `${each}=${index === 0 ? 100 : 0}`).join(',')}; not ${text}`,
      );
    }
    percents.set(name.trim(), value);
  }
  const total = [...percents.values()].reduce((sum, percent) => sum + percent, 0);
  if (Math.abs(total - 100) > 0.001) throw new UsageError(`--shares add up to ${total} %, not 100: ${text}`);
  return Object.fromEntries(names.map((name) => [name, Math.round(((percents.get(name) ?? 0) * fullWeight) / 100)]));
}
