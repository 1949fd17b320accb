import { listOf, type Named, referredId, resourcesOf, type Template } from './template.ts';

/** An Allow of a role, wherever the template keeps it. */
export interface Grant {
  /** Logical id of the role. */
  readonly role: string;
  /** Where the statement stands. */
  readonly at: string;
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function rolesOf(template: Template): readonly Named[] {
  return resourcesOf(template, 'AWS::IAM::Role');
}

/** The services that may be a role: `lambda.amazonaws.com`. */
export function principalsOf({ Properties }: Named): readonly string[] {
  return statementsOf(Properties?.['AssumeRolePolicyDocument']).flatMap(({ Principal }) =>
    listOf((Principal as { Service?: unknown } | undefined)?.Service).map(String),
  );
}

export function grantsOf(template: Template): readonly Grant[] {
  const inline = rolesOf(template).flatMap(({ id, Properties }) =>
    listOf(Properties?.['Policies']).flatMap((policy) =>
      grants([id], id, (policy as { PolicyDocument?: unknown }).PolicyDocument),
    ),
  );
  const own = resourcesOf(template, /^AWS::IAM::(Managed)?Policy$/).flatMap(({ id, Properties }) => {
    const roles = listOf(Properties?.['Roles']).map((role) => referredId(role) ?? String(role));
    return grants(roles, id, Properties?.['PolicyDocument']);
  });
  return [...inline, ...own];
}

export interface Statement {
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Grant['condition'];
}

function grants(roles: readonly string[], at: string, document: unknown): readonly Grant[] {
  return statementsOf(document)
    .filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action, Resource, Condition = {} }, index) =>
      roles.map((role) => ({
        role,
        at: `${at}.Statement.${index}`,
        actions: listOf(Action).map(String),
        resources: listOf(Resource),
        condition: Condition,
      })),
    );
}

export function statementsOf(document: unknown): readonly Statement[] {
  return listOf((document as { Statement?: unknown } | undefined)?.Statement) as readonly Statement[];
}
