import type { NormalizedSchema } from '@smithy/core/schema';
import { loadModels } from '../../aws/catalog.ts';
import { requiredCount } from '../../aws/service-model.ts';
import type { Json } from '../json.ts';
import { isObject } from '../json.ts';
import type { Resource } from '../resource.ts';
import { integrationOf } from '../tasks/integrations.ts';
import { capital } from '../tasks/shapes.ts';
import { invalid, type Mock } from './mock.ts';

/**
 * Holds a mocked result against the answer of the call that it stands for, as far as the SDK's schemas say: types, and with STRICT
 * required members. Enums, lengths and ranges are not in them. A task that waits for something else than the answer is not held.
 * https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html
 */
export async function checkShape({ result, fieldValidationMode }: Mock, resource: Resource | null): Promise<void> {
  if (result === undefined || fieldValidationMode === 'NONE') return;
  if (resource?.kind !== 'service' || resource.pattern !== 'request') return;
  const integration = integrationOf(resource);
  if (integration === null) return;
  const { service } = integration;
  const model = (await loadModels([service])).get(service);
  const operation = model?.operations.get(capital(resource.action));
  if (operation !== undefined) check(operation.output, result, 'result', fieldValidationMode === 'STRICT');
}

function check(schema: NormalizedSchema, value: Json, field: string, strict: boolean): void {
  if (schema.isUnitSchema() || schema.isDocumentSchema()) return;
  if (schema.isStructSchema()) {
    if (!isObject(value)) throw wrong(field, 'an object');
    checkMembers(schema, value as Readonly<Record<string, Json>>, strict);
  } else if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrong(field, 'an array');
    for (const item of value) check(schema.getValueSchema(), item, field, strict);
  } else if (schema.isMapSchema()) {
    if (!isObject(value)) throw wrong(field, 'an object');
    for (const item of Object.values(value)) check(schema.getValueSchema(), item as Json, field, strict);
  } else if (schema.isNumericSchema()) {
    if (typeof value !== 'number') throw wrong(field, 'a number');
  } else if (schema.isBooleanSchema()) {
    if (typeof value !== 'boolean') throw wrong(field, 'a boolean');
  } else if (typeof value !== 'string') throw wrong(field, 'a string');
}

/** Members begin with a capital, whatever the API has; those that the API does not know are let pass. */
function checkMembers(schema: NormalizedSchema, value: Readonly<Record<string, Json>>, strict: boolean): void {
  const required = requiredCount(schema);
  let index = 0;
  for (const [name, member] of schema.structIterator()) {
    const field = capital(name);
    const given = value[field];
    if (given !== undefined) check(member, given, field, strict);
    else if (strict && index < required) {
      throw invalid(`Mock result schema validation error: Required field '${field}' is missing`);
    }
    index += 1;
  }
}

const wrong = (field: string, expected: string) =>
  invalid(`Mock result schema validation error: Field '${field}' must be ${expected}`);
