import type { Made } from './resource-type.ts';
import type { DeletionPolicy } from './template.ts';

export type ResourceStatus =
  | `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
  | 'DELETE_SKIPPED';

export type StackStatus =
  | 'CREATE_COMPLETE'
  | 'ROLLBACK_COMPLETE'
  | 'UPDATE_COMPLETE'
  | 'UPDATE_ROLLBACK_COMPLETE'
  | 'DELETE_COMPLETE'
  | 'DELETE_FAILED';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html */
export interface StackEvent {
  readonly at: number;
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId: string;
  readonly status: ResourceStatus;
  readonly reason: string;
}

/** A resource as its stack knows it. */
export interface StackResource {
  readonly type: string;
  /** As written, with the functions evaluated: what a later template is compared with. */
  readonly given: unknown;
  /** As the type reads them. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly made: Made;
  readonly deletionPolicy: DeletionPolicy;
  readonly updateReplacePolicy: 'Delete' | 'Retain';
}

export interface Stack {
  readonly name: string;
  readonly region: string;
  status: StackStatus;
  /** By logical id, in the order in which they were made. */
  resources: Map<string, StackResource>;
  outputs: ReadonlyMap<string, unknown>;
  readonly events: StackEvent[];
}
