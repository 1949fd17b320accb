import type { StagedInput } from './stages.ts';

/*
 * What a configuration file may import: `import { defineFailover } from 'understudy-failover'`. It loads nothing else, because every
 * command and every synthesis waits for it.
 */

export type {
  AfterHook,
  HookMoment,
  HookQuestion,
  HookReply,
  PrepareHook,
  ReadinessHook,
  ReturnHook,
  UndoHook,
} from '../core/hook.ts';
export type { FailoverInput } from './failover-input.ts';
export type { StagedInput, StageInput } from './stages.ts';

/**
 * Describes what Understudy protects: the one call of `understudy.config.ts`. It only carries the types; the check
 * happens where the file is loaded, so that a mistake reads as a message and not as a stack trace.
 */
export function defineFailover(input: StagedInput): StagedInput {
  return input;
}
