import * as z from 'zod';
import type { LeverConfig } from '../core/lever.ts';
import type { Failover } from '../core/service.ts';
import { storeArnSchema } from './arn.ts';
import { ConfigurationMistake } from './define-failover.ts';
import { controlsSchema, endpointsSchema } from './lever-schema.ts';

/**
 * What the deployment made for levers whose literals the configuration leaves out. Functions have it as one environment
 * variable, a laptop finds it among the outputs of the deployment; nothing looks it up.
 */
const createdSchema = z.strictObject({
  store: storeArnSchema.optional(),
  cluster: endpointsSchema.optional(),
  /** Routing control ARNs, by service and region. */
  controls: z.record(z.string(), controlsSchema).default({}),
});

export type CreatedLevers = z.output<typeof createdSchema>;

/** Name of the environment variable, and of the stack's output. */
export const createdVariable = 'UNDERSTUDY_LEVERS';
export const createdOutput = 'CreatedLevers';

/** Throws `ConfigurationMistake`; `source` says where the text is from. */
export function parseCreatedLevers(text: string, source: string): CreatedLevers {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ConfigurationMistake(['is no JSON; it is written by the deployment, not by hand'], source);
  }
  const parsed = createdSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigurationMistake(
    parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()),
    source,
  );
}

/** The configuration with what was made for it; a literal in the configuration stays as it is. */
export function withCreated(failover: Failover, created: CreatedLevers): Failover {
  return {
    ...failover,
    services: failover.services.map((service) => ({
      ...service,
      lever: complete(service.lever, service.name, created),
    })),
  };
}

function complete(lever: LeverConfig, service: string, created: CreatedLevers): LeverConfig {
  switch (lever.kind) {
    case 'kvs':
      return { ...lever, storeArn: lever.storeArn ?? created.store };
    case 'arc':
      return isCreated(lever)
        ? { ...lever, endpoints: created.cluster ?? [], controls: created.controls[service] ?? {} }
        : lever;
    case 'beacon':
      return lever;
    default:
      return lever satisfies never;
  }
}

/** Whether the deployment makes what this lever moves, because the configuration names nothing that exists. */
export function isCreated(lever: LeverConfig): boolean {
  switch (lever.kind) {
    case 'kvs':
      return lever.storeArn === undefined;
    case 'arc':
      return lever.endpoints.length === 0;
    // Its names follow from the configuration: there is nothing to find out.
    case 'beacon':
      return false;
    default:
      return lever satisfies never;
  }
}

/** Throws `ConfigurationMistake` where a lever still lacks what it needs to be moved. */
export function requireLevers(failover: Failover, source: string): Failover {
  const mistakes = failover.services.flatMap(({ name, lever, regions }, index) => {
    const missing = `is not known for ${name}: ${remedy}`;
    if (lever.kind === 'kvs' && lever.storeArn === undefined) return [`services[${index}].lever.storeArn ${missing}`];
    if (lever.kind !== 'arc') return [];
    if (lever.endpoints.length === 0) return [`services[${index}].lever.endpoints ${missing}`];
    return regions.some(({ region }) => lever.controls[region] === undefined)
      ? [`services[${index}].lever.controls ${missing}`]
      : [];
  });
  if (mistakes.length > 0) throw new ConfigurationMistake(mistakes, source);
  return failover;
}

const remedy =
  'deploy first with npx cdk deploy --all --outputs-file cdk-outputs.json, or give the literal of one that exists';
