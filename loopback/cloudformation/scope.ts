import { TemplateError } from './error.ts';
import { evaluate, type Scope } from './intrinsics.ts';
import type { Stack } from './stack.ts';
import type { Template } from './template.ts';

/** What the functions of a template see while its stack is worked on: the resources that were made so far. */
export function scopeOf({
  account,
  stack,
  template,
  parameters,
  stackOutput,
}: {
  readonly account: string;
  readonly stack: Stack;
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  readonly stackOutput: Scope['stackOutput'];
}): Scope {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::AccountId': account,
    'AWS::Partition': 'aws',
    'AWS::Region': stack.region,
    'AWS::StackId': `arn:aws:cloudformation:${stack.region}:${account}:stack/${stack.name}/1`,
    'AWS::StackName': stack.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const scope: Scope = {
    region: stack.region,
    ref(name) {
      const parameter = template.Parameters[name];
      const value =
        pseudo[name] ??
        (parameter === undefined ? undefined : (parameters[name] ?? parameter.Default)) ??
        stack.resources.get(name)?.made.id;
      if (value === undefined) throw new TemplateError(`Unresolved resource dependencies [${name}]`);
      return value;
    },
    attribute(id, attribute) {
      const resource = stack.resources.get(id);
      if (resource === undefined) {
        throw new TemplateError(`Template error: instance of Fn::GetAtt references undefined resource ${id}`);
      }
      if (!Object.hasOwn(resource.made.attributes, attribute)) {
        throw new TemplateError(
          `Template error: resource ${id} does not support attribute type ${attribute} in Fn::GetAtt`,
        );
      }
      return resource.made.attributes[attribute];
    },
    stackOutput,
    condition(name) {
      const condition = template.Conditions[name];
      if (condition === undefined) throw new TemplateError(`Template error: condition ${name} is not defined`);
      return evaluate(condition, scope) === true;
    },
  };
  return scope;
}
