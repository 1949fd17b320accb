import * as z from 'zod';
import { ResourceError } from './error.ts';
import type { Providers } from './providers.ts';

/** Where a resource is made, and for whom. */
export interface Where {
  readonly account: string;
  readonly region: string;
  readonly stack: string;
  readonly logicalId: string;
  /** A name such as CloudFormation makes for a resource that has none: stack, logical id and what makes it unique. */
  readonly generatedName: (longest: number) => string;
}

/** A resource that is there. */
export interface Made {
  /** What `Ref` returns. */
  readonly id: string;
  /** What `Fn::GetAtt` returns, by attribute; one that is not here is an error. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** How resources of a type are made, changed and removed on loopback. */
export interface ResourceType {
  /**
   * Checked properties. Throws `ResourceError` for a property that the type does not have, or that nothing on loopback
   * holds and that is not named with a reason.
   */
  read(properties: unknown): Readonly<Record<string, unknown>>;
  /** Properties whose change means another resource. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html */
  readonly immutable: readonly string[];
  /** The name that no other resource of the type may have in its region; undefined where CloudFormation makes one. */
  claim(properties: Readonly<Record<string, unknown>>): string | undefined;
  create(properties: unknown, where: Where, providers: Providers): Promise<Made>;
  /** Absent where every change means another resource. */
  readonly update?: (
    properties: unknown,
    made: Made,
    where: Where,
    providers: Providers,
    before: unknown,
  ) => Promise<Made>;
  remove(properties: unknown, made: Made, where: Where, providers: Providers): Promise<void>;
  /** Paths of properties that nothing on loopback holds. */
  readonly unheld: readonly string[];
  /** Why the type means nothing on loopback; absent where it does. */
  readonly unplayed?: string;
}

export interface Description<Schema extends z.ZodType> {
  /** Strict all the way down. */
  readonly schema: Schema;
  /** Paths of properties that nothing on loopback holds, each with the reason: `LoggingConfig`, `Target.Region`. */
  readonly unheld?: Readonly<Record<string, string>>;
  readonly immutable?: readonly string[];
  /** The property that holds its name. */
  readonly named?: string;
  readonly create: (properties: z.output<Schema>, where: Where, providers: Providers) => Promise<Made>;
  /** With the properties that it had. */
  readonly update?: (
    properties: z.output<Schema>,
    made: Made,
    where: Where,
    providers: Providers,
    before: z.output<Schema>,
  ) => Promise<Made>;
  readonly remove: (properties: z.output<Schema>, made: Made, where: Where, providers: Providers) => Promise<void>;
}

export function resourceType<Schema extends z.ZodType>(description: Description<Schema>): ResourceType {
  const { schema, unheld = {}, immutable = [], named, create, update, remove } = description;
  const typed = (properties: unknown) => properties as z.output<Schema>;
  return {
    // Nothing on loopback looks at tags.
    read: (properties) => checked(schema, without(properties, [...Object.keys(unheld), 'Tags'])),
    immutable: named === undefined ? immutable : [...immutable, named],
    unheld: Object.keys(unheld),
    claim: (properties) => (named === undefined ? undefined : (properties[named] as string | undefined)),
    create: (properties, where, providers) => create(typed(properties), where, providers),
    ...(update && {
      update: (properties, made, where, providers, before) =>
        update(typed(properties), made, where, providers, typed(before)),
    }),
    remove: (properties, made, where, providers) => remove(typed(properties), made, where, providers),
  };
}

/** A type that does nothing here: it has a name and attributes, because others refer to it. */
export function unplayedType<Schema extends z.ZodType>({
  reason,
  schema,
  named,
  ref,
}: {
  readonly reason: string;
  readonly schema: Schema;
  readonly named?: string;
  readonly ref: (properties: z.output<Schema>, where: Where) => Made;
}): ResourceType {
  const made = async (properties: z.output<Schema>, where: Where) => ref(properties, where);
  return {
    ...resourceType({
      schema,
      ...(named !== undefined && { named }),
      create: made,
      update: async (_properties, before) => before,
      remove: async () => {},
    }),
    unplayed: reason,
  };
}

function checked(schema: z.ZodType, properties: unknown): Readonly<Record<string, unknown>> {
  const parsed = schema.safeParse(properties);
  if (parsed.success) return parsed.data as Readonly<Record<string, unknown>>;
  const problems = parsed.error.issues.map((issue) => {
    const path = issue.path.join('/');
    if (issue.code !== 'unrecognized_keys') return `#/${path}: ${issue.message}`;
    return `#/${path}: extraneous key [${issue.keys.join(', ')}] is not permitted`;
  });
  // CloudFormation's own words for what a type's schema refuses.
  throw new ResourceError(`Properties validation failed for resource with message: [${problems.join('; ')}]`);
}

/** A copy that lacks what stands at the paths. */
function without(properties: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0) return properties;
  const copy = structuredClone(properties) as Record<string, unknown>;
  for (const path of paths) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    const holder = steps.reduce<unknown>(
      (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[step] : undefined),
      copy,
    );
    if (typeof holder === 'object' && holder !== null) delete (holder as Record<string, unknown>)[last];
  }
  return copy;
}

/** Templates may write numbers and truth values as text. */
export const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+(\.\d+)?$/)
    .transform(Number),
]);
export const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((text) => text === 'true')]);
export const text = z.string();
export const texts = z.array(z.string());
