import type { NormalizedSchema } from '@smithy/core/schema';
import type { Violations } from './constraints.ts';
import { AwsError } from './service.ts';
import { requiredCount } from './service-model.ts';

/**
 * Throws what AWS answers when a value does not fit its schema: SerializationException for a wrong type,
 * ValidationException for missing members and for what breaks the constraints of the service's model, which are no part of the schema.
 */
export function validate(schema: NormalizedSchema, value: unknown, constraints?: Violations): void {
  const missing: string[] = [];
  check(schema, value, '', missing);
  const faults = missing.map((path) => `Value null at '${path}' failed to satisfy constraint: Member must not be null`);
  constraints?.(value, '', faults);
  if (faults.length === 0) return;
  const count = `${faults.length} validation error${faults.length === 1 ? '' : 's'} detected`;
  throw new AwsError('ValidationException', `${count}: ${faults.join('; ')}`);
}

function check(schema: NormalizedSchema, value: unknown, path: string, missing: string[]): void {
  if (value === undefined || value === null || schema.isDocumentSchema() || schema.isUnitSchema()) return;
  if (schema.isStructSchema()) {
    checkStructure(schema, value, path, missing);
    return;
  }
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw wrongType(path, 'a list', value);
    value.forEach((item, index) => {
      if (item === null && !isSparse(schema)) missing.push(`${path}.${index + 1}.member`);
      check(schema.getValueSchema(), item, `${path}.${index + 1}.member`, missing);
    });
    return;
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) throw wrongType(path, 'a map', value);
    for (const [key, item] of Object.entries(value)) {
      const itemPath = path === '' ? key : `${path}.${key}`;
      if (item === null && !isSparse(schema)) missing.push(itemPath);
      check(schema.getValueSchema(), item, itemPath, missing);
    }
    return;
  }
  const expected = expectedSimple(schema, value);
  if (expected !== null) throw wrongType(path, expected, value);
}

/** Whether its items may be null. https://smithy.io/2.0/spec/type-refinement-traits.html#sparse-trait */
function isSparse(schema: NormalizedSchema): boolean {
  return schema.getMergedTraits().sparse === 1;
}

function checkStructure(schema: NormalizedSchema, value: unknown, path: string, missing: string[]): void {
  if (!isObject(value)) throw wrongType(path, 'a structure', value);
  const required = requiredCount(schema);
  let index = 0;
  for (const [name, member] of schema.structIterator()) {
    const memberPath = path === '' ? lowerFirst(name) : `${path}.${lowerFirst(name)}`;
    const item = value[name];
    if ((item === undefined || item === null) && index < required) missing.push(memberPath);
    check(member, item, memberPath, missing);
    index += 1;
  }
  if (schema.isUnionSchema() && Object.values(value).filter((item) => item !== undefined).length !== 1) {
    throw new AwsError('SerializationException', `exactly one member must be set at '${path}'`);
  }
}

/** What was expected, or null when the value fits. */
function expectedSimple(schema: NormalizedSchema, value: unknown): string | null {
  if (schema.isStringSchema()) return typeof value === 'string' || value instanceof String ? null : 'a string';
  if (schema.isBooleanSchema()) return typeof value === 'boolean' ? null : 'a boolean';
  if (schema.isNumericSchema()) return typeof value === 'number' || typeof value === 'bigint' ? null : 'a number';
  if (schema.isTimestampSchema()) {
    return value instanceof Date && !Number.isNaN(value.getTime()) ? null : 'a timestamp';
  }
  if (schema.isBlobSchema()) return value instanceof Uint8Array || typeof value === 'string' ? null : 'a blob';
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function wrongType(path: string, expected: string, value: unknown): AwsError {
  const got = Array.isArray(value) ? 'a list' : typeof value;
  return new AwsError('SerializationException', `expected ${expected} at '${path || '/'}', got ${got}`);
}

/** AWS names members with a small first letter in these messages. */
function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
