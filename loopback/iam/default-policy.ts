/**
 * The policy that AWS gives a resource which nobody has given one; null where it has none. A topic lets its own account publish, and with it
 * CloudWatch's alarms. https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export function defaultPolicyOf(resource: string, account: string): unknown {
  if (!/^arn:aws[a-z-]*:sns:/.test(resource)) return null;
  return {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { AWS: '*', Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: resource,
      Condition: { StringEquals: { 'AWS:SourceOwner': account } },
    },
  };
}
