import { StackError, TemplateError } from './error.ts';
import { evaluate } from './intrinsics.ts';
import type { Providers } from './providers.ts';
import { removal } from './removal.ts';
import type { ResourceType } from './resource-type.ts';
import { type Rollout, rollout } from './rollout.ts';
import { scopeOf } from './scope.ts';
import type { Stack, StackEvent, StackResource, StackStatus } from './stack.ts';
import { creationOrder, parseTemplate } from './template.ts';

export interface StackOrder {
  readonly name: string;
  readonly region: string;
  /** The template as parsed JSON. */
  readonly template: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
}

export interface CloudFormation {
  /**
   * Makes the stack, or changes it to what the template says. Rejects with `TemplateError` before anything is done, or with
   * `StackError` after a roll-back.
   */
  deploy(order: StackOrder): Promise<void>;
  /** Rejects with `StackError` where a resource cannot be removed. */
  remove(name: string, region: string): Promise<void>;
  /** Those that are there, in the order in which they were first deployed. */
  stacks(): readonly { readonly name: string; readonly region: string }[];
  status(name: string, region: string): StackStatus | null;
  /** Oldest first; also of a stack that is gone. */
  events(name: string, region: string): readonly StackEvent[];
  resources(name: string, region: string): ReadonlyMap<string, StackResource>;
  /** Undefined where there is no such stack or output. */
  output(name: string, region: string, output: string): unknown;
}

export interface CloudFormationOptions {
  readonly account: string;
  readonly providers: Providers;
  /** The type of that name; undefined for one that there is not. */
  readonly typeNamed: (name: string) => ResourceType | undefined;
  readonly now: () => number;
}

/** Stacks of all regions of an account. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacks.html */
export function createCloudFormation({ account, providers, typeNamed, now }: CloudFormationOptions): CloudFormation {
  const stacks = new Map<string, Stack>();
  /** Names that are taken: by whom, until the resource is really gone. */
  const claims = new Map<string, string>();
  const key = (name: string, region: string) => `${region}/${name}`;
  const output = (name: string, region: string, wanted: string) => stacks.get(key(name, region))?.outputs.get(wanted);

  return {
    async deploy({ name, region, template: document, parameters = {} }) {
      const template = parseTemplate(document);
      const order = creationOrder(template);
      const before = stacks.get(key(name, region));
      if (before?.status === 'ROLLBACK_COMPLETE' || before?.status === 'DELETE_FAILED') {
        throw new StackError(`Stack ${name} is in ${before.status} state and can not be updated.`);
      }
      const isNew = before === undefined || before.status === 'DELETE_COMPLETE';
      const stack: Stack = isNew
        ? {
            name,
            region,
            status: 'CREATE_COMPLETE',
            resources: new Map(),
            outputs: new Map(),
            events: before?.events ?? [],
          }
        : before;
      const kept = new Map(stack.resources);
      const scope = scopeOf({
        account,
        stack,
        template,
        parameters,
        stackOutput(otherName, otherRegion, wanted) {
          const found = output(otherName, otherRegion, wanted);
          if (found !== undefined) return found;
          throw new TemplateError(`Output '${wanted}' not found in stack '${otherName}' in region '${otherRegion}'`);
        },
      });
      refuseBrokenRules(template.Rules, scope);
      stacks.set(key(name, region), stack);
      const work: Rollout = { account, providers, typeNamed, now, claims, stack, template, order, scope };
      try {
        await rollout(work);
        stack.outputs = new Map(
          Object.entries(template.Outputs)
            .filter(([, { Condition }]) => Condition === undefined || scope.condition(Condition))
            .map(([id, { Value }]) => [id, evaluate(Value, scope)]),
        );
      } catch (cause) {
        const because = cause instanceof Error ? cause.message : String(cause);
        await work.undo?.();
        stack.resources = isNew ? stack.resources : kept;
        stack.status = isNew ? 'ROLLBACK_COMPLETE' : 'UPDATE_ROLLBACK_COMPLETE';
        throw new StackError(`Stack ${name} (${region}) is ${stack.status}: ${because}`, { cause });
      }
      await work.cleanUp?.();
      stack.status = isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    },

    async remove(name, region) {
      const stack = stacks.get(key(name, region));
      if (stack === undefined || stack.status === 'DELETE_COMPLETE') {
        throw new StackError(`Stack with id ${name} does not exist`);
      }
      const failures = await removal(
        { account, providers, typeNamed, now, claims, stack },
        [...stack.resources].reverse(),
      );
      if (failures.length > 0) {
        stack.status = 'DELETE_FAILED';
        throw new StackError(
          `Stack ${name} (${region}) is DELETE_FAILED: The following resource(s) failed to delete: [${failures.join(', ')}].`,
        );
      }
      stack.resources = new Map();
      stack.outputs = new Map();
      stack.status = 'DELETE_COMPLETE';
    },

    stacks: () =>
      [...stacks.values()]
        .filter(({ status }) => status !== 'DELETE_COMPLETE')
        .map(({ name, region }) => ({ name, region })),
    status: (name, region) => stacks.get(key(name, region))?.status ?? null,
    events: (name, region) => [...(stacks.get(key(name, region))?.events ?? [])],
    resources: (name, region) => stacks.get(key(name, region))?.resources ?? new Map(),
    output,
  };
}

function refuseBrokenRules(rules: ReturnType<typeof parseTemplate>['Rules'], scope: ReturnType<typeof scopeOf>): void {
  for (const [name, { RuleCondition, Assertions }] of Object.entries(rules)) {
    if (RuleCondition !== undefined && evaluate(RuleCondition, scope) !== true) continue;
    for (const { Assert, AssertDescription } of Assertions) {
      if (evaluate(Assert, scope) === true) continue;
      throw new TemplateError(
        `Template validation error: rule ${name}: ${AssertDescription ?? 'its assertion is false'}`,
      );
    }
  }
}
