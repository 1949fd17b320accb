import { compileTemplate } from './expression.ts';
import type { Json } from './json.ts';
import type { Machine, State } from './machine.ts';
import type { Catcher, Protection } from './protect.ts';
import type { Resource } from './resource.ts';
import { parseResource } from './resource.ts';
import type { RawRetrier } from './retry.ts';
import { compileRetrier } from './retry.ts';
import { choice } from './state/choice.ts';
import { fail } from './state/fail.ts';
import { map } from './state/map.ts';
import type { NumberField } from './state/number.ts';
import { parallel } from './state/parallel.ts';
import { pass } from './state/pass.ts';
import { succeed } from './state/succeed.ts';
import { task } from './state/task.ts';
import { wait } from './state/wait.ts';
import type { Leaving, StateType } from './visit.ts';

/** The shape of a valid definition, as far as all states share it. */
export interface RawMachine {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, RawState>>;
  readonly TimeoutSeconds?: number;
}

export interface RawState {
  readonly Type: StateType;
  readonly Next?: string;
  readonly [field: string]: unknown;
}

/** How states are made whose work may be mocked. */
export interface Makers {
  readonly task: typeof task;
  readonly parallel: typeof parallel;
  readonly map: typeof map;
}

/** Compiles a definition that `diagnose` found nothing wrong with; the result may run any number of executions. */
export function compile(raw: RawMachine): Machine {
  return {
    startAt: raw.StartAt,
    states: new Map(Object.entries(raw.States).map(([name, state]) => [name, compileState(name, state)])),
    timeoutSeconds: raw.TimeoutSeconds,
  };
}

/** Compiles one state, of a definition that `diagnose` found nothing wrong with. */
export function compileState(name: string, raw: RawState, makers: Makers = { task, parallel, map }): State {
  const leaving = compileLeaving(raw, '');
  switch (raw.Type) {
    case 'Pass':
      return pass(name, leaving);
    case 'Succeed':
      return succeed(name, leaving);
    case 'Fail':
      return fail(name, { error: given(raw, 'Error'), cause: given(raw, 'Cause') });
    case 'Choice':
      return choice(name, compileRules(raw), { ...leaving, next: raw['Default'] as string | undefined });
    case 'Wait':
      return wait(name, { field: waitField(raw), ...(given(raw, waitField(raw)) as Given) }, leaving);
    case 'Task':
      return makers.task(
        name,
        {
          resource: parseResource(raw['Resource'] as string) as Resource,
          arguments: given(raw, 'Arguments')?.template,
          timeoutSeconds: number(raw, 'TimeoutSeconds', 1),
          heartbeatSeconds: number(raw, 'HeartbeatSeconds', 1),
          roleArn: roleArn(raw),
          protection: compileProtection(raw),
        },
        leaving,
      );
    case 'Parallel':
      return makers.parallel(
        name,
        {
          branches: (raw['Branches'] as RawMachine[]).map(compile),
          arguments: given(raw, 'Arguments')?.template,
          protection: compileProtection(raw),
        },
        leaving,
      );
    case 'Map':
      return makers.map(
        name,
        {
          items: given(raw, 'Items'),
          itemSelector: given(raw, 'ItemSelector')?.template,
          processor: compile(raw['ItemProcessor'] as RawMachine),
          maxConcurrency: number(raw, 'MaxConcurrency', 0),
          tolerated: [number(raw, 'ToleratedFailurePercentage', 0), number(raw, 'ToleratedFailureCount', 0)].filter(
            (field) => field !== undefined,
          ),
          protection: compileProtection(raw),
        },
        leaving,
      );
  }
}

type Given = { readonly raw: Json; readonly template: ReturnType<typeof compileTemplate> };

/** A field where it is given; `null` is a value. */
function given(raw: Readonly<Record<string, unknown>>, field: string, prefix = ''): Given | undefined {
  if (!Object.hasOwn(raw, field)) return undefined;
  const value = raw[field] as Json;
  return { raw: value, template: compileTemplate(value, `${prefix}${field}`) };
}

const compileLeaving = (raw: Readonly<Record<string, unknown>>, prefix: string): Leaving => ({
  next: raw['Next'] as string | undefined,
  assign: given(raw, 'Assign', prefix)?.template,
  output: given(raw, 'Output', prefix)?.template,
});

const compileRules = (raw: RawState) =>
  (raw['Choices'] as Readonly<Record<string, unknown>>[]).map((rule, index) => {
    const prefix = `Choices[${index}]/`;
    const condition = given(rule, 'Condition', prefix) as Given;
    return { ...compileLeaving(rule, prefix), raw: condition.raw, condition: condition.template };
  });

const compileProtection = (raw: RawState): Protection => ({
  retriers: ((raw['Retry'] ?? []) as RawRetrier[]).map(compileRetrier),
  catchers: ((raw['Catch'] ?? []) as Readonly<Record<string, unknown>>[]).map(
    (catcher, index): Catcher => ({
      ...compileLeaving(catcher, `Catch[${index}]/`),
      errorEquals: catcher['ErrorEquals'] as string[],
    }),
  ),
});

function number(raw: RawState, field: string, min: number): NumberField | undefined {
  const there = given(raw, field);
  return there && { field, min, integer: field !== 'ToleratedFailurePercentage', ...there };
}

const waitField = (raw: RawState): 'Seconds' | 'Timestamp' => ('Seconds' in raw ? 'Seconds' : 'Timestamp');

const roleArn = (raw: RawState) =>
  given((raw['Credentials'] ?? {}) as Record<string, unknown>, 'RoleArn', 'Credentials/')?.template;
