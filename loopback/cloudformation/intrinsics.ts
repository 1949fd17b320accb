import { TemplateError } from './error.ts';
import { attributeOf, splitOnce, substitutions } from './references.ts';

/** What the functions of a template read. */
export interface Scope {
  /** A parameter's value, a pseudo parameter's, or a resource's physical id. */
  ref(name: string): unknown;
  attribute(id: string, attribute: string): unknown;
  /** An output of another stack, of any region. Throws where there is none. */
  stackOutput(stack: string, region: string, output: string): unknown;
  condition(name: string): boolean;
  readonly region: string;
}

/** `AWS::NoValue`: the member that has this value is not there. */
const noValue = Symbol('AWS::NoValue');

/**
 * A value of a template with its functions evaluated. A function that is not here is an error: its text would reach the
 * resource as if it were a value. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 */
export function evaluate(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isFunction(first[0])) {
    const evaluator = functions[first[0]];
    if (evaluator === undefined) throw new TemplateError(`Template error: ${first[0]} is not played on loopback`);
    return evaluator(first[1], scope);
  }
  return Object.fromEntries(
    entries.flatMap(([key, member]) => {
      const evaluated = evaluate(member, scope);
      return evaluated === noValue ? [] : [[key, evaluated]];
    }),
  );
}

const isFunction = (key: string) => key === 'Ref' || key === 'Condition' || key.startsWith('Fn::');

const functions: Readonly<Record<string, (argument: unknown, scope: Scope) => unknown>> = {
  Ref: (argument, scope) => (argument === 'AWS::NoValue' ? noValue : scope.ref(String(argument))),
  Condition: (argument, scope) =>
    // A policy statement has a member of this name, which holds no name of a condition.
    typeof argument === 'string' ? scope.condition(argument) : { Condition: evaluate(argument, scope) },
  'Fn::GetAtt': (argument, scope) => {
    const { id, attribute } = attributeOf(argument);
    return scope.attribute(id, attribute);
  },
  'Fn::GetStackOutput': (argument, scope) => {
    const { StackName, Region, OutputName } = evaluate(argument, scope) as Readonly<Record<string, string | undefined>>;
    if (StackName === undefined || OutputName === undefined) {
      throw new TemplateError('Template error: Fn::GetStackOutput needs StackName and OutputName');
    }
    return scope.stackOutput(StackName, Region ?? scope.region, OutputName);
  },
  'Fn::Join': (argument, scope) => {
    const [delimiter, items] = listOf(argument, 'Fn::Join');
    const parts = evaluate(items, scope);
    if (!Array.isArray(parts)) throw new TemplateError('Template error: Fn::Join needs a list');
    return parts.map((part) => textOf(part, 'Fn::Join')).join(String(delimiter));
  },
  'Fn::Sub': (argument, scope) => {
    const [text, own] = Array.isArray(argument) ? argument : [argument, {}];
    const variables = evaluate(own ?? {}, scope) as Readonly<Record<string, unknown>>;
    return String(text)
      .replace(substitutions, (_, name: string) => {
        if (Object.hasOwn(variables, name)) return textOf(variables[name], 'Fn::Sub');
        const [id, attribute] = splitOnce(name);
        return textOf(attribute === '' ? scope.ref(id) : scope.attribute(id, attribute), 'Fn::Sub');
      })
      .replaceAll('${!', '${');
  },
  'Fn::Select': (argument, scope) => {
    const [index, items] = listOf(evaluate(argument, scope), 'Fn::Select');
    const item = Array.isArray(items) ? items[Number(index)] : undefined;
    if (item === undefined) throw new TemplateError(`Template error: Fn::Select cannot select ${String(index)}`);
    return item;
  },
  'Fn::Split': (argument, scope) => {
    const [delimiter, text] = listOf(evaluate(argument, scope), 'Fn::Split');
    return textOf(text, 'Fn::Split').split(String(delimiter));
  },
  'Fn::If': (argument, scope) => {
    const [name, yes, no] = listOf(argument, 'Fn::If');
    return evaluate(scope.condition(String(name)) ? yes : no, scope);
  },
  'Fn::Equals': (argument, scope) => {
    const [a, b] = listOf(evaluate(argument, scope), 'Fn::Equals');
    return String(a) === String(b);
  },
  'Fn::Not': (argument, scope) => {
    const [one] = listOf(evaluate(argument, scope), 'Fn::Not');
    return one !== true;
  },
  'Fn::And': (argument, scope) => listOf(evaluate(argument, scope), 'Fn::And').every((each) => each === true),
  'Fn::Or': (argument, scope) => listOf(evaluate(argument, scope), 'Fn::Or').some((each) => each === true),
  'Fn::Contains': (argument, scope) => {
    const [list, text] = listOf(evaluate(argument, scope), 'Fn::Contains');
    return Array.isArray(list) && list.includes(text);
  },
};

function listOf(argument: unknown, name: string): readonly unknown[] {
  if (Array.isArray(argument)) return argument;
  throw new TemplateError(`Template error: ${name} needs a list of arguments`);
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TemplateError(`Template error: every ${name} object must be a string, and one is ${JSON.stringify(value)}`);
}
