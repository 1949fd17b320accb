/*
 * The part of the Amazon States Language that we write, in JSONata mode.
 * https://states-language.net · https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
 */

/** An expression, in the brackets that tell it from plain text. */
export type Jsonata = `{% ${string} %}`;

/** JSON in which any string may be an expression. */
export type Template = string | number | boolean | null | readonly Template[] | { readonly [member: string]: Template };

/** Variables and their new values. All are computed from the old ones, then set at once. */
export type Assign = Readonly<Record<string, Template>>;

export interface StateMachine extends Flow {
  readonly Comment?: string;
  readonly QueryLanguage: 'JSONata';
  /** After this the execution ends as TIMED_OUT, wherever it is. */
  readonly TimeoutSeconds?: number;
}

/** States and where they begin: a whole machine, a Parallel's branch, a Map's inside. */
export interface Flow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export type State = Task | Choice | Wait | Pass | Parallel | InlineMap | Succeed | Fail;

export type Task = Common &
  Leaving &
  Protected & {
    readonly Type: 'Task';
    readonly Resource: string;
    readonly Arguments?: Template;
    readonly TimeoutSeconds?: number | Jsonata;
    readonly HeartbeatSeconds?: number | Jsonata;
  };

export type Choice = Common & {
  readonly Type: 'Choice';
  readonly Choices: readonly [ChoiceRule, ...ChoiceRule[]];
  readonly Default?: string;
  /** Only where no rule holds. */
  readonly Assign?: Assign;
  readonly Output?: Template;
};

export interface ChoiceRule {
  readonly Comment?: string;
  readonly Condition: Jsonata;
  readonly Next: string;
  readonly Assign?: Assign;
  readonly Output?: Template;
}

export type Wait = Common &
  Leaving & { readonly Type: 'Wait' } & (
    | { readonly Seconds: number | Jsonata; readonly Timestamp?: never }
    | { readonly Timestamp: string; readonly Seconds?: never }
  );

export type Pass = Common & Leaving & { readonly Type: 'Pass' };

export type Parallel = Common &
  Leaving &
  Protected & {
    readonly Type: 'Parallel';
    readonly Branches: readonly [Flow, ...Flow[]];
    readonly Arguments?: Template;
  };

export type InlineMap = Common &
  Leaving &
  Protected & {
    readonly Type: 'Map';
    readonly Items?: Template;
    readonly ItemSelector?: Template;
    readonly ItemProcessor: Flow & { readonly ProcessorConfig?: { readonly Mode: 'INLINE' } };
    readonly MaxConcurrency?: number | Jsonata;
  };

export type Succeed = Common & { readonly Type: 'Succeed'; readonly Output?: Template };

export type Fail = Common & { readonly Type: 'Fail'; readonly Error?: string; readonly Cause?: string };

interface Common {
  readonly Comment?: string;
}

/** On to the next state, or out of the flow: one of the two. */
type Leaving = { readonly Assign?: Assign; readonly Output?: Template } & (
  | { readonly Next: string; readonly End?: never }
  | { readonly End: true; readonly Next?: never }
);

interface Protected {
  readonly Retry?: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
}

export interface Retrier {
  readonly ErrorEquals: readonly [string, ...string[]];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly Comment?: string;
  readonly ErrorEquals: readonly [string, ...string[]];
  readonly Next: string;
  readonly Assign?: Assign;
  readonly Output?: Template;
}

/** Puts an expression in its brackets, on one line, as Workflow Studio and the validators want it. */
export const jsonata = (expression: string): Jsonata => `{% ${expression.replaceAll(/\s+/g, ' ').trim()} %}`;

/** The expression inside the brackets; null where the text is plain. */
export function expressionOf(text: string): string | null {
  return /^\{%([\s\S]*)%\}$/.exec(text)?.[1]?.trim() ?? null;
}
