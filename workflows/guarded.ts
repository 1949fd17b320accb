import type { Catcher, Choice, Fail, Parallel, Pass, Retrier, StateMachine, Succeed, Task, Wait } from './asl.ts';

/*
 * The States Language lets a machine wait for ever, fail without a trace and say nothing about itself. Ours may not, and
 * the compiler says so: what is optional there is required here.
 */

export interface GuardedMachine extends StateMachine, GuardedFlow {
  readonly States: GuardedFlow['States'];
  readonly Comment: string;
  readonly TimeoutSeconds: number;
}

export interface GuardedFlow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, GuardedState>>;
}

export type GuardedState =
  | GuardedTask
  | GuardedChoice
  | GuardedParallel
  | Told<Wait>
  | Told<Pass>
  | Told<Succeed>
  | Told<Fail>;

export type GuardedTask = Without<Told<Task>, 'Retry' | 'Catch'> &
  Required<Pick<Task, 'TimeoutSeconds' | 'Output'>> & {
    readonly Retry: readonly [GuardedRetrier, ...GuardedRetrier[]];
    readonly Catch: readonly [...Catcher[], CatchAll];
  };

export type GuardedChoice = Told<Choice> & Required<Pick<Choice, 'Default'>>;

export type GuardedParallel = Without<Told<Parallel>, 'Branches' | 'Catch'> & {
  readonly Branches: readonly [GuardedFlow, ...GuardedFlow[]];
  readonly Catch: readonly [...Catcher[], CatchAll];
};

export type GuardedRetrier = Required<Retrier> & { readonly JitterStrategy: 'FULL' };

export interface CatchAll extends Catcher {
  readonly ErrorEquals: readonly ['States.ALL'];
}

/** The comment is the sentence that an operator reads in the console and in the diagram. */
type Told<S> = S & { readonly Comment: string };

/** `Omit` for each member of a union on its own. */
type Without<Union, Key extends PropertyKey> = Union extends unknown ? Omit<Union, Key> : never;
