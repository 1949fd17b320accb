import { type PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { ObserverNetwork } from '../../core/service.ts';
import { acknowledge } from './acknowledge.ts';
import type { HandlerFunction } from './handler-function.ts';
import { statementOf } from './statement.ts';

/**
 * What Lambda asks of the role of a function in a network; a canary is one. None of it knows resources before they are there.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export const entersNetworks = (): PolicyStatement =>
  statementOf({
    actions: [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:DeleteNetworkInterface',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ],
    resources: ['*'],
  });

/** Of a role that may enter networks. */
export const networkReason =
  'Lambda has the function make its network interfaces, which have no names before they are there.';

/** Puts a function that looks into the network of its observer. */
export function placeObserver({ function: handler }: HandlerFunction, network: ObserverNetwork): void {
  const resource = handler.node.defaultChild;
  if (!(resource instanceof CfnFunction) || !(handler.role instanceof Role)) {
    throw new Error('a function is another resource now');
  }
  const { subnetIds, securityGroupIds } = network;
  resource.vpcConfig = { subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] };
  handler.role.addToPolicy(entersNetworks());
  acknowledge(handler.role, 'IAM5[Resource::*]', networkReason);
}
