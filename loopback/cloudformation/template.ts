import * as z from 'zod';
import { TemplateError } from './error.ts';
import { pseudoParameters, referencesIn } from './references.ts';

const deletionPolicies = ['Delete', 'Retain', 'RetainExceptOnCreate'] as const;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html */
export type DeletionPolicy = (typeof deletionPolicies)[number];

const resourceSchema = z.strictObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DependsOn: z.union([z.string().transform((one) => [one]), z.array(z.string())]).default([]),
  DeletionPolicy: z.enum(deletionPolicies).default('Delete'),
  UpdateReplacePolicy: z.enum(['Delete', 'Retain']).default('Delete'),
  Condition: z.string().optional(),
  /** Notes of tools: CloudFormation does nothing with them. */
  Metadata: z.record(z.string(), z.unknown()).optional(),
});

const templateSchema = z.strictObject({
  AWSTemplateFormatVersion: z.literal('2010-09-09').optional(),
  Description: z.string().optional(),
  Metadata: z.record(z.string(), z.unknown()).optional(),
  Parameters: z
    .record(
      z.string(),
      z.strictObject({
        Type: z.enum(['String', 'Number', 'AWS::SSM::Parameter::Value<String>']),
        Default: z.string().optional(),
        Description: z.string().optional(),
      }),
    )
    .default({}),
  Rules: z
    .record(
      z.string(),
      z.strictObject({
        RuleCondition: z.unknown().optional(),
        Assertions: z.array(z.strictObject({ Assert: z.unknown(), AssertDescription: z.string().optional() })),
      }),
    )
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(
      z.string(),
      z.strictObject({
        Value: z.unknown(),
        Description: z.string().optional(),
        Condition: z.string().optional(),
        Export: z.unknown().optional(),
      }),
    )
    .default({}),
});

export type Template = z.output<typeof templateSchema>;

/**
 * A template, checked: its form, and that every reference leads to something. Throws `TemplateError`. An unknown member is
 * an error, because nothing would be done with it.
 */
export function parseTemplate(document: unknown): Template {
  const parsed = templateSchema.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('/') || 'template'}: ${message}`);
    throw new TemplateError(`Template format error: ${problems.join('; ')}`);
  }
  const template = parsed.data;
  const places = new Set([
    ...Object.keys(template.Resources),
    ...Object.keys(template.Parameters),
    ...pseudoParameters,
  ]);
  for (const [id, resource] of Object.entries(template.Resources)) {
    const wanted = [...referencesIn(resource.Properties), ...resource.DependsOn];
    const unknown = [...new Set(wanted.filter((name) => !places.has(name)))];
    if (unknown.length > 0) {
      throw new TemplateError(
        `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the Resources block of the template (${id})`,
      );
    }
  }
  for (const [name, { Value }] of Object.entries(template.Outputs)) {
    const unknown = referencesIn(Value).filter((each) => !places.has(each));
    if (unknown.length > 0) {
      throw new TemplateError(
        `Template format error: Unresolved resource dependencies [${unknown.join(', ')}] in the Outputs block of the template (${name})`,
      );
    }
  }
  return template;
}

/** Logical ids, each after all that it refers to or depends on. Throws `TemplateError` where references lead in a circle. */
export function creationOrder({ Resources }: Pick<Template, 'Resources'>): readonly string[] {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const visit = (id: string, path: readonly string[]) => {
    if (state.get(id) === 'done') return;
    if (state.get(id) === 'open') {
      const circle = path.slice(path.indexOf(id)).toSorted();
      throw new TemplateError(`Circular dependency between resources: [${circle.join(', ')}]`);
    }
    state.set(id, 'open');
    for (const next of dependencies(Resources, id)) visit(next, [...path, id]);
    state.set(id, 'done');
    order.push(id);
  };
  for (const id of Object.keys(Resources)) visit(id, []);
  return order;
}

function dependencies(resources: Template['Resources'], id: string): readonly string[] {
  const resource = resources[id];
  if (resource === undefined) return [];
  return [...referencesIn(resource.Properties), ...resource.DependsOn].filter((name) => Object.hasOwn(resources, name));
}
