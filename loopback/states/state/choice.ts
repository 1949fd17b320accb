import type { Template } from '../expression.ts';
import { unexpectedType } from '../expression.ts';
import { StateFailure } from '../failure.ts';
import type { Json } from '../json.ts';
import type { State, Transition } from '../machine.ts';
import { follow, type Soon } from '../soon.ts';
import type { Leaving } from '../visit.ts';
import { Visit } from '../visit.ts';

export interface ChoiceRule extends Leaving {
  readonly raw: Json;
  readonly condition: Template;
}

/** `otherwise` is the state's own `Default`, `Assign` and `Output`. */
export const choice = (name: string, rules: readonly ChoiceRule[], otherwise: Leaving): State => ({
  name,
  run(thread, input) {
    const visit = new Visit(thread, 'Choice', name, input);
    const tryFrom = (index: number): Soon<Transition> => {
      const rule = rules[index];
      if (rule === undefined) return leaveByDefault();
      return follow(holds(visit, rule, index), (met) => (met ? visit.leave(rule, input) : tryFrom(index + 1)));
    };
    const leaveByDefault = (): Soon<Transition> => {
      if (otherwise.next === undefined) throw noChoiceMatched(visit);
      return visit.leave(otherwise, input);
    };
    return tryFrom(0);
  },
});

function holds(visit: Visit, { condition, raw }: ChoiceRule, index: number): Soon<boolean> {
  return follow(visit.evaluate(condition), (value) => {
    if (typeof value === 'boolean') return value;
    const field = `Choices[${index}]/Condition`;
    throw visit.evaluationFailed(unexpectedType(raw, field, 'boolean', value).message, field);
  });
}

const noChoiceMatched = (visit: Visit): StateFailure =>
  new StateFailure(
    'States.NoChoiceMatched',
    visit.sentence('Failed to transition out of the state. The state does not point to a next state.'),
  );
