import { Aspects, CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** What the roles of an account must be like. */
export interface RoleSettings {
  /** ARN of a managed policy: the boundary of every role, of those too that the CDK makes. */
  readonly permissionsBoundary?: string | undefined;
  /** Path of every role, such as `/platform/`, but of the one for moving traffic by hand, whose ARN is printed. */
  readonly rolePath?: string | undefined;
}

/** Holds every role below `scope` to them. */
export function setRoles(scope: IConstruct, { permissionsBoundary, rolePath }: RoleSettings): void {
  if (rolePath !== undefined && !/^\/(?:[\x21-\x7e]{1,510}\/)?$/.test(rolePath)) {
    throw new Error(`rolePath ${rolePath} must begin and end with /, as in /platform/`);
  }
  if (permissionsBoundary === undefined && rolePath === undefined) return;
  Aspects.of(scope).add({
    visit(node) {
      if (!(node instanceof CfnResource) || node.cfnResourceType !== 'AWS::IAM::Role') return;
      if (permissionsBoundary !== undefined) node.addPropertyOverride('PermissionsBoundary', permissionsBoundary);
      // A token, where the CDK names it only when it has to.
      const isNamed = node.stack.resolve((node as { readonly roleName?: string }).roleName) !== undefined;
      if (rolePath !== undefined && !isNamed) node.addPropertyOverride('Path', rolePath);
    },
  });
}
