import type { Template } from '../expression.ts';
import { unexpectedType } from '../expression.ts';
import { StateFailure } from '../failure.ts';
import type { Json } from '../json.ts';
import type { State } from '../machine.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';

export interface ChoiceRule extends Leaving {
  readonly raw: Json;
  readonly condition: Template;
}

/** `otherwise` is the state's own `Default`, `Assign` and `Output`. */
export const choice = (name: string, rules: readonly ChoiceRule[], otherwise: Leaving): State => ({
  name,
  async run(thread, input) {
    const visit = new Visit(thread, 'Choice', name, input);
    for (const [index, rule] of rules.entries()) {
      if (await holds(visit, rule, `Choices[${index}]/Condition`)) return visit.leave(rule, input);
    }
    if (otherwise.next === undefined) throw noChoiceMatched(visit);
    return visit.leave(otherwise, input);
  },
});

async function holds(visit: Visit, { condition, raw }: ChoiceRule, field: string): Promise<boolean> {
  const value = await visit.evaluate(condition);
  if (typeof value === 'boolean') return value;
  throw visit.evaluationFailed(unexpectedType(raw, field, 'boolean', value).message, field);
}

const noChoiceMatched = (visit: Visit): StateFailure =>
  new StateFailure(
    'States.NoChoiceMatched',
    visit.sentence('Failed to transition out of the state. The state does not point to a next state.'),
  );
