import { describe, expect, test } from 'vitest';
import { evaluate, type Scope } from '../../../loopback/cloudformation/intrinsics.ts';
import { creationOrder, parseTemplate } from '../../../loopback/cloudformation/template.ts';

const resource = (Properties: object, more: object = {}) => ({ Type: 'AWS::SNS::Topic', Properties, ...more });

describe('a template', () => {
  test('is put in order by Ref, GetAtt, Sub and DependsOn', () => {
    const template = parseTemplate({
      Resources: {
        A: resource({ Name: { 'Fn::Join': ['', [{ Ref: 'B' }, '-a']] } }),
        B: resource({ Name: { 'Fn::GetAtt': ['C', 'Arn'] } }),
        C: resource({ Name: { 'Fn::Sub': 'x-${D.Arn}-${AWS::Region}-${!Literal}' } }),
        D: resource({}, { DependsOn: 'E' }),
        E: resource({}),
      },
    });
    expect(creationOrder(template)).toEqual(['E', 'D', 'C', 'B', 'A']);
  });

  test('that leads in a circle is refused, with those in the circle alone', () => {
    const Resources = {
      Outside: resource({ Name: { Ref: 'A' } }),
      A: resource({ Name: { Ref: 'B' } }),
      B: resource({}, { DependsOn: ['A'] }),
    };
    expect(() => creationOrder(parseTemplate({ Resources }))).toThrow('Circular dependency between resources: [A, B]');
  });

  test.each([
    [
      'a reference to nothing',
      { Resources: { A: resource({ Name: { Ref: 'Nobody' } }) } },
      /Unresolved.*\[Nobody\].*\(A\)/,
    ],
    ['a dependency on nothing', { Resources: { A: resource({}, { DependsOn: 'Nobody' }) } }, /Unresolved.*\[Nobody\]/],
    ['an output of nothing', { Resources: {}, Outputs: { O: { Value: { Ref: 'Nobody' } } } }, /Outputs.*\(O\)/],
    ['an unknown attribute of a resource', { Resources: { A: { Type: 'T', DeletePolicy: 'Retain' } } }, /DeletePolicy/],
    ['an unknown section', { Resources: {}, Transform: 'AWS::Serverless' }, /Transform/],
  ])('with %s is refused', (_, document, problem) => {
    expect(() => parseTemplate(document)).toThrow(problem);
  });
});

const scope: Scope = {
  region: 'us-east-1',
  ref: (name) => `ref-${name}`,
  attribute: (id, attribute) => `${id}.${attribute}`,
  stackOutput: (stack, region, output) => `${stack}/${region}/${output}`,
  condition: (name) => name === 'Yes',
};

describe('the functions of a template', () => {
  test.each([
    [{ Ref: 'A' }, 'ref-A'],
    [{ 'Fn::GetAtt': ['A', 'Arn'] }, 'A.Arn'],
    [{ 'Fn::GetAtt': 'A.Nested.Arn' }, 'A.Nested.Arn'],
    [{ 'Fn::Join': [':', ['a', { Ref: 'B' }, 3]] }, 'a:ref-B:3'],
    [{ 'Fn::Sub': '${A}-${B.Arn}-${!C}' }, 'ref-A-B.Arn-${C}'],
    [{ 'Fn::Sub': ['${own}-${A}', { own: { Ref: 'X' } }] }, 'ref-X-ref-A'],
    [{ 'Fn::Select': [1, { 'Fn::Split': ['.', 'a.b.c'] }] }, 'b'],
    [{ 'Fn::GetStackOutput': { StackName: 's', OutputName: 'o' } }, 's/us-east-1/o'],
    [{ 'Fn::GetStackOutput': { StackName: 's', Region: 'eu-west-1', OutputName: 'o' } }, 's/eu-west-1/o'],
    [{ 'Fn::If': ['Yes', 1, 2] }, 1],
    [{ 'Fn::If': ['No', 1, 2] }, 2],
    [{ 'Fn::Not': [{ 'Fn::Contains': [['1', '2'], '3'] }] }, true],
    [{ 'Fn::And': [{ 'Fn::Equals': ['a', 'a'] }, { Condition: 'No' }] }, false],
    [{ 'Fn::Or': [{ 'Fn::Equals': ['a', 'b'] }, { Condition: 'Yes' }] }, true],
    [{ a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
    // A statement of a policy has a member of that name.
    [
      { Effect: 'Allow', Condition: { Bool: { x: 'y' } } },
      { Effect: 'Allow', Condition: { Bool: { x: 'y' } } },
    ],
  ])('%j is %j', (value, evaluated) => {
    expect(evaluate(value, scope)).toEqual(evaluated);
  });

  test.each([
    [{ 'Fn::ImportValue': 'x' }, /Fn::ImportValue is not played/],
    [{ 'Fn::Join': ['', [{ a: 1 }]] }, /Fn::Join object must be a string/],
    [{ 'Fn::Select': [7, ['a']] }, /cannot select 7/],
  ])('%j is refused', (value, problem) => {
    expect(() => evaluate(value, scope)).toThrow(problem);
  });
});
