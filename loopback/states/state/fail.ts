import type { Template } from '../expression.ts';
import { unexpectedType } from '../expression.ts';
import { StateFailure } from '../failure.ts';
import type { Json } from '../json.ts';
import type { State } from '../machine.ts';
import { Visit } from '../visit.ts';

export interface FailFields {
  readonly error: { readonly raw: Json; readonly template: Template } | undefined;
  readonly cause: { readonly raw: Json; readonly template: Template } | undefined;
}

export const fail = (name: string, { error, cause }: FailFields): State => ({
  name,
  async run(thread, input) {
    const visit = new Visit(thread, 'Fail', name, input);
    const failure = new StateFailure(await text(visit, 'Error', error), await text(visit, 'Cause', cause));
    visit.enter();
    throw failure;
  },
});

async function text(visit: Visit, field: string, given: FailFields['error']): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const value = await visit.evaluate(given.template);
  if (typeof value === 'string') return value;
  throw visit.evaluationFailed(unexpectedType(given.raw, field, 'string', value).message, field);
}
