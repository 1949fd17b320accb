import type { Region } from '../../core/brand.ts';
import type { Failover } from '../../core/service.ts';

/** A CloudFormation template as it was synthesised, as far as checks look at it. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes; each check asks for what it needs.
  readonly Properties?: Readonly<Record<string, any>>;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string | readonly string[];
}

export interface Named extends Resource {
  readonly id: string;
}

/** What a stack is checked against. */
export interface Subject {
  readonly template: Template;
  readonly stack: string;
  /** Of the file that is uploaded, indented or not; those of the template without blanks where nobody says. */
  readonly bytes?: number;
  readonly region: Region;
  readonly failover: Failover;
  /** Of the stack that the region has once, where that is another one: it is deployed before, and has what the services' stacks share. */
  readonly shared?: Template | undefined;
  /** The other way round: of the stacks that share what this one has. */
  readonly sharers?: readonly Template[] | undefined;
}

/** Something that AWS would refuse, or that must not be deployed. */
export interface Finding {
  readonly check: string;
  readonly stack: string;
  /** Logical id, and where in it. */
  readonly at: string;
  readonly message: string;
}

/** A rule about one template: says where it is broken, and nothing where it holds. */
export type Check = (subject: Subject) => Iterable<Omit<Finding, 'check' | 'stack'>>;

/**
 * The resources of a template, or those of a type. They are listed once for each template, because a delivery asks for several types and
 * a fleet has tens of thousands of deliveries; a template does not change while it is judged.
 */
export function resourcesOf(template: Template, type?: string | RegExp): readonly Named[] {
  const { Resources } = template;
  if (Resources === undefined) return [];
  const lists = listed.get(Resources) ?? new Map<string, readonly Named[]>();
  listed.set(Resources, lists);
  const key = String(type ?? '');
  const known = lists.get(key);
  if (known !== undefined) return known;
  const found =
    type === undefined
      ? Object.entries(Resources).map(([id, resource]) => ({ id, ...resource }))
      : resourcesOf(template).filter(({ Type }) => (typeof type === 'string' ? Type === type : type.test(Type)));
  lists.set(key, found);
  return found;
}

const listed = new WeakMap<object, Map<string, readonly Named[]>>();

/** A DNS record, by itself or one of a group. */
export interface NamedRecord {
  /** Logical id, and the place in the group. */
  readonly at: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template is JSON of many shapes; each check asks for what it needs.
  readonly record: Readonly<Record<string, any>>;
}

export function recordsIn(template: Template): readonly NamedRecord[] {
  const alone = resourcesOf(template, 'AWS::Route53::RecordSet').map(({ id, Properties = {} }) => ({
    at: id,
    record: Properties,
  }));
  const grouped = resourcesOf(template, 'AWS::Route53::RecordSetGroup').flatMap(({ id, Properties }) =>
    listOf(Properties?.['RecordSets']).map((record, index) => ({
      at: `${id}.RecordSets.${index}`,
      record: record as NamedRecord['record'],
    })),
  );
  return [...alone, ...grouped];
}

/** One or many, as a policy may have it. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** The logical id that a `Ref` or `Fn::GetAtt` points to; null for anything else. */
export function referredId(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
  if ('Fn::GetAtt' in value) {
    const [id] = listOf(value['Fn::GetAtt']);
    return typeof id === 'string' ? (id.split('.')[0] ?? null) : null;
  }
  return null;
}

/** Every string within a value, with the path to it. */
export function* stringsIn(value: unknown, path: readonly string[] = []): Generator<{ path: string; text: string }> {
  if (typeof value === 'string') yield { path: path.join('.'), text: value };
  else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) yield* stringsIn(member, [...path, key]);
  }
}
