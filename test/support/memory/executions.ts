import type { ExecutionStatus, Executions } from '../../../handlers/ports.ts';

/** Every execution is running until somebody says otherwise. */
export class MemoryExecutions implements Executions {
  /** By ARN. */
  readonly known = new Map<string, ExecutionStatus>();

  async statusOf(arn: string): Promise<ExecutionStatus> {
    return this.known.get(arn) ?? 'running';
  }
}
