import { type Check, listOf, resourcesOf } from './template.ts';

interface Telling {
  readonly at: string;
  /** Which alarms are to tell the same people. */
  readonly kind: string;
  readonly whom: string;
}

/** Of what is due, or has been so for long: nothing happens to callers. */
const forInformation = /-(not-drilled|unprotected)$/;

/**
 * Alarms wake the same people, all of them; what is over is told to the same people by all alarms of a type. An alarm that tells nobody is a
 * part of another one. Those by name that are for information wake nobody, all of them.
 */
export const listeners: Check = function* ({ template }) {
  const tellings = resourcesOf(template, /^AWS::CloudWatch::(Composite)?Alarm$/).flatMap(
    ({ id, Type, Properties = {} }) =>
      ['AlarmActions', 'OKActions'].flatMap((member): Telling[] => {
        const actions = listOf(Properties[member]);
        const isQuiet = forInformation.test(String(Properties['AlarmName']));
        const woken = isQuiet ? `${member} for information` : member;
        const kind = member === 'AlarmActions' ? woken : `${member} of ${Type}`;
        return actions.length === 0 ? [] : [{ at: `${id}.${member}`, kind, whom: JSON.stringify(actions) }];
      }),
  );
  for (const [kind, all] of Map.groupBy(tellings, (telling) => telling.kind)) {
    const byWhom = [...Map.groupBy(all, ({ whom }) => whom)].toSorted(
      ([, one], [, other]) => other.length - one.length,
    );
    const [usual, ...others] = byWhom;
    for (const { at, whom } of others.flatMap(([, few]) => few)) {
      yield { at, message: `tells ${whom}, where ${kind} of the others tell ${usual?.[0]}` };
    }
  }
};
