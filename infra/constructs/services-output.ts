import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { Service } from '../../core/service.ts';

/** Says in the outputs of a stack whose it is: one whose last service went is found there by its name. */
export function tellServices(stack: Stack, services: readonly Service[]): void {
  new CfnOutput(stack, 'Services', { value: services.map(({ name }) => name).join(' ') });
}
