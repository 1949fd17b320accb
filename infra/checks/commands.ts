import { dataPlaneActions } from './data-plane.ts';

/** An operation of AWS that a bundle can call, as IAM names it: `dynamodb:GetItem`. */
export type Operation = string;

/**
 * Every operation whose command is in a bundle, by the `sources` of its source map: what was shaken off is in none of them.
 * The SDK's own credential providers are left out: Lambda has credentials in its environment, so none of them is asked.
 */
export function operationsIn(sources: readonly string[]): readonly Operation[] {
  const found = sources.flatMap((source) => {
    const [, client, command] = /@aws-sdk\/client-([a-z0-9-]+)\/.*\/commands\/(\w+)Command\.js$/.exec(source) ?? [];
    return client === undefined || command === undefined ? [] : [`${prefixOf(client)}:${actionOf(command)}`];
  });
  return [...new Set(found)].sort();
}

/** What IAM calls a service, where it is not the client's name. */
const prefixes: Readonly<Record<string, string>> = {
  sfn: 'states',
  eventbridge: 'events',
  'cloudwatch-logs': 'logs',
  'route-53': 'route53',
};

const prefixOf = (client: string): string => prefixes[client] ?? client;

/** What IAM calls an operation, where it is not the operation's name. */
const actionOf = (command: string): string => (command === 'Invoke' ? 'InvokeFunction' : command);

/** The operations of a bundle that belong to no data plane, or that nobody has looked at yet. */
export function strangersIn(operations: readonly Operation[]): readonly Operation[] {
  return operations.filter((operation) => !dataPlaneActions.has(operation) && !idle.has(operation));
}

/**
 * In the bundles because a client's module has them, and called by nothing: endpoint discovery is off unless a client asks for
 * it, and no function scans.
 */
const idle: ReadonlySet<Operation> = new Set(['dynamodb:DescribeEndpoints', 'dynamodb:Scan']);
