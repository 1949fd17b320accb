#!/usr/bin/env bash
# One would expect: `CrossStackReferences.of(construct).consume(ReferenceStrength.WEAK)` holds for references from below the construct. Its
# documentation: it "sets the context key that determines how incoming cross-stack references are resolved for this scope and its
# descendants", and it takes any construct.
# What happens: set on a stack it holds; set on a construct in the stack it is taken without a word and holds for nothing. The template
# imports an export of the other stack, or across regions brings a custom resource with a function and parameters.
# Why it matters: a construct that is placed into somebody's stack cannot say by itself that it wants no strong reference, which keeps what it
# reads, a lever, from being replaced or deleted. `produce(WEAK)` at what is read does hold.
source "$(dirname "$0")/lib.sh"
install aws-cdk-lib@2.276.0 constructs@10.8.1
cat > run.mjs <<'JS'
import { App, CfnResource, CrossStackReferences, ReferenceStrength, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
function valueWith(say) {
  const app = new App({ analyticsReporting: false });
  const env = { account: '123456789012', region: 'us-west-2' };
  const from = new Stack(app, 'from', { env });
  const to = new Stack(app, 'to', { env });
  const topic = new Topic(from, 'Topic');
  if (say === 'consume at the stack') CrossStackReferences.of(to).consume(ReferenceStrength.WEAK);
  if (say === 'produce at the topic') CrossStackReferences.of(topic).produce(ReferenceStrength.WEAK);
  const part = new Construct(to, 'Part');
  if (say === 'consume at a construct') CrossStackReferences.of(part).consume(ReferenceStrength.WEAK);
  new CfnResource(part, 'Reads', { type: 'AWS::SSM::Parameter', properties: { Type: 'String', Value: topic.topicArn } });
  const [{ Properties }] = Object.values(app.synth().getStackByName('to').template.Resources);
  return Object.keys(Properties.Value)[0];
}
for (const say of ['consume at the stack', 'consume at a construct', 'produce at the topic']) console.log(`${say}: ${valueWith(say)}`);
JS
echo "aws-cdk-lib 2.276.0"
seen "consume at the stack: Fn::GetStackOutput
consume at a construct: Fn::ImportValue
produce at the topic: Fn::GetStackOutput" "$(node run.mjs 2>/dev/null)"
