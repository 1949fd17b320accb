import type { Option, Value } from './options.ts';

/** A configuration in JSON as editors check it, from what the schema takes and core says of it. */
export function jsonSchema(options: readonly Option[]): object {
  const { properties, ...rest } = objectSchema(options);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What Understudy protects',
    ...rest,
    properties: { ...properties, stages },
  };
}

/** What a stage may say differs from what it says it over: a list may be an object there. Commands check it. */
const stages = {
  type: 'object',
  additionalProperties: { type: 'object' },
  description: 'Other environments, by name: each has everything of this one but what it says.',
};

const objectSchema = (options: readonly Option[]) => ({
  type: 'object',
  properties: Object.fromEntries(options.map((option) => [option.name, memberOf(option)])),
  required: options.flatMap(({ name, isOptional }) => (isOptional ? [] : [name])),
  additionalProperties: false,
});

function schemaOf(value: Value): object {
  switch (value.kind) {
    case 'text':
      return { type: 'string' };
    case 'json':
      return {};
    case 'constants':
      return { enum: value.values };
    case 'any-of':
      return { anyOf: value.values.map(schemaOf) };
    case 'list':
      return { type: 'array', items: schemaOf(value.of) };
    case 'record':
      return { type: 'object', additionalProperties: schemaOf(value.of) };
    case 'object':
      return objectSchema(value.options);
    default:
      return { type: value.kind };
  }
}

const memberOf = ({ comment, otherwise, value }: Option): object => ({
  ...schemaOf(value),
  description: comment,
  ...(otherwise !== undefined && { default: otherwise }),
});
