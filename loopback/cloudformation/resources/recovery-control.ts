import * as z from 'zod';
import { boolean, number, resourceType, text, texts } from '../resource-type.ts';

const arnOf = (account: string, resource: string) => `arn:aws:route53-recovery-control::${account}:${resource}`;

export const cluster = resourceType({
  schema: z.strictObject({ Name: text }),
  named: 'Name',
  async create(_, { account }, { newId }) {
    const arn = arnOf(account, `cluster/${newId()}`);
    return { id: arn, attributes: { ClusterArn: arn, Status: 'DEPLOYED' } };
  },
  async remove() {},
});

export const controlPanel = resourceType({
  schema: z.strictObject({ Name: text, ClusterArn: text }),
  named: 'Name',
  async create(_, { account }, { newId }) {
    const arn = arnOf(account, `controlpanel/${newId().replaceAll('-', '')}`);
    return { id: arn, attributes: { ControlPanelArn: arn, Status: 'DEPLOYED' } };
  },
  async remove() {},
});

/** A control is Off when it is made. */
export const routingControl = resourceType({
  schema: z.strictObject({ Name: text, ClusterArn: text, ControlPanelArn: text }),
  named: 'Name',
  async create({ Name, ControlPanelArn }, _where, { routing, newId }) {
    const arn = `${ControlPanelArn}/routingcontrol/${newId().replaceAll('-', '').slice(0, 16)}`;
    const control = {
      arn,
      name: Name,
      controlPanelArn: ControlPanelArn,
      controlPanelName: Name,
      initial: 'Off',
    } as const;
    routing.createCluster({ controls: [control] });
    return { id: arn, attributes: { RoutingControlArn: arn, Status: 'DEPLOYED' } };
  },
  async remove(_, { id }, _where, { routing }) {
    routing.remove(id);
  },
});

export const safetyRule = resourceType({
  schema: z.strictObject({
    Name: text,
    ControlPanelArn: text,
    AssertionRule: z.strictObject({ AssertedControls: texts.min(1), WaitPeriodMs: number }),
    RuleConfig: z.strictObject({ Inverted: boolean, Threshold: number, Type: z.enum(['ATLEAST', 'AND', 'OR']) }),
  }),
  named: 'Name',
  async create({ Name, ControlPanelArn, AssertionRule, RuleConfig }, _where, { routing, newId }) {
    const arn = `${ControlPanelArn}/safetyrule/${newId().replaceAll('-', '').slice(0, 16)}`;
    routing.createCluster({
      controls: [],
      safetyRules: [
        {
          kind: 'assertion',
          arn,
          name: Name,
          type: RuleConfig.Type,
          threshold: RuleConfig.Threshold,
          inverted: RuleConfig.Inverted,
          waitPeriodMs: AssertionRule.WaitPeriodMs,
          assertedControls: AssertionRule.AssertedControls,
        },
      ],
    });
    return { id: arn, attributes: { SafetyRuleArn: arn, Status: 'DEPLOYED' } };
  },
  async remove(_, { id }, _where, { routing }) {
    routing.remove(id);
  },
});
