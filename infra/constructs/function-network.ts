import { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionNetwork } from '../existing.ts';
import { HandlerFunction } from './handler-function.ts';

/**
 * Puts every function of ours below `scope` into a network, with what its role needs for that. Throws where the network has no subnets.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function placeFunctions(scope: Construct, { vpc, vpcSubnets, securityGroups }: FunctionNetwork): void {
  const network = new Construct(scope, 'Network');
  const groups = securityGroups ?? [
    new SecurityGroup(network, 'Functions', {
      vpc,
      description: 'Functions of Understudy: everything out, nothing in.',
    }),
  ];
  const { subnetIds } = vpc.selectSubnets(vpcSubnets);
  const securityGroupIds = groups.map(({ securityGroupId }) => securityGroupId);
  const access = ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaVPCAccessExecutionRole');
  for (const handler of scope.node.findAll().filter((each) => each instanceof HandlerFunction)) {
    const resource = handler.function.node.defaultChild;
    if (!(resource instanceof CfnFunction)) throw new Error('a function is another resource now');
    // An observer's network is the configuration's word.
    if (resource.vpcConfig !== undefined) continue;
    resource.vpcConfig = { subnetIds: [...subnetIds], securityGroupIds };
    handler.function.role?.addManagedPolicy(access);
  }
}
