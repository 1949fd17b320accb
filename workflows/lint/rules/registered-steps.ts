import { allStates } from '../../flows.ts';
import type { Rule } from '../finding.ts';

/** The machine calls its steps' functions and nothing else, and no step is without use. */
export const registeredSteps: Rule = {
  name: 'registered-steps',
  check(machine, { functions }) {
    const registered = Object.entries(functions);
    const called = new Map<string, string>();
    const problems: { state: string; message: string }[] = [];
    for (const [state, definition] of allStates(machine)) {
      if (definition.Type !== 'Task') continue;
      if (!/^arn:aws[a-z-]*:states:::(lambda:invoke(\.waitForTaskToken)?|sns:publish)$/.test(definition.Resource)) {
        problems.push({ state, message: `uses ${definition.Resource}, which is no way to call a step` });
      } else if (definition.Resource.includes(':lambda:')) {
        const name = functionOf(definition.Arguments);
        called.set(name, state);
        if (!registered.some(([, arn]) => arn === name))
          problems.push({ state, message: `calls ${name}, which is no step` });
      }
    }
    for (const [step, arn] of registered) {
      if (!called.has(arn)) problems.push({ state: '', message: `nothing calls the step ${step}` });
    }
    return problems;
  },
};

function functionOf(args: unknown): string {
  const name = typeof args === 'object' && args !== null && 'FunctionName' in args ? args.FunctionName : undefined;
  return typeof name === 'string' ? name : 'nothing that is named';
}
