import { type Check, listOf, referredId, resourcesOf } from './template.ts';

/** https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.quotas.html */
const batchMax = 10;
const rulesMax = 20;

/** One call changes all controls of a panel, and two rules keep one of them On and never two. */
export const routingControls: Check = function* ({ template }) {
  const controls = resourcesOf(template, 'AWS::Route53RecoveryControl::RoutingControl');
  const rules = resourcesOf(template, 'AWS::Route53RecoveryControl::SafetyRule');
  for (const panel of resourcesOf(template, 'AWS::Route53RecoveryControl::ControlPanel')) {
    const mine = controls.filter(({ Properties }) => referredId(Properties?.['ControlPanelArn']) === panel.id);
    if (mine.length > batchMax) {
      yield { at: panel.id, message: `has ${mine.length} routing controls; one call changes ${batchMax}` };
    }
    const guards = rules.filter(({ Properties }) => referredId(Properties?.['ControlPanelArn']) === panel.id);
    if (guards.length > rulesMax) yield { at: panel.id, message: `has ${guards.length} safety rules, of ${rulesMax}` };
    const wanted = mine.map(({ id }) => id).sort();
    const asserting = (inverted: boolean, threshold: number) =>
      guards.some(({ Properties }) => {
        const { RuleConfig, AssertionRule } = Properties ?? {};
        const asserted = listOf(AssertionRule?.AssertedControls).map(referredId).sort();
        return (
          RuleConfig?.Type === 'ATLEAST' &&
          RuleConfig.Inverted === inverted &&
          RuleConfig.Threshold === threshold &&
          asserted.join() === wanted.join()
        );
      });
    if (!asserting(false, 1)) yield { at: panel.id, message: 'has no rule that keeps at least one of its controls On' };
    if (!asserting(true, 2))
      yield { at: panel.id, message: 'has no rule that keeps two of its controls from being On' };
  }
};
