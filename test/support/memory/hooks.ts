import type { HookQuestion } from '../../../core/hook.ts';
import type { Hook } from '../../../core/service.ts';
import type { HookAnswer, Hooks } from '../../../handlers/ports.ts';

export class ScriptedHooks implements Hooks {
  readonly asked: { readonly hook: string; readonly question: HookQuestion }[] = [];
  answer: (hook: Hook, question: HookQuestion) => Promise<HookAnswer> = async () => ({ kind: 'ok', detail: 'fine' });

  async call(hook: Hook, question: HookQuestion): Promise<HookAnswer> {
    this.asked.push({ hook: hook.name, question });
    return this.answer(hook, question);
  }
}
