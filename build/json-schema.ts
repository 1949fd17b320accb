import type { Option, Value } from './options.ts';

/** A configuration in JSON as editors check it, from what the schema takes and core says of it. */
export const jsonSchema = (options: readonly Option[]): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'What Understudy protects',
  ...schemaOf({ kind: 'object', options }),
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
      return {
        type: 'object',
        properties: Object.fromEntries(value.options.map((option) => [option.name, memberOf(option)])),
        required: value.options.flatMap(({ name, isOptional }) => (isOptional ? [] : [name])),
        additionalProperties: false,
      };
    default:
      return { type: value.kind };
  }
}

const memberOf = ({ comment, otherwise, value }: Option): object => ({
  ...schemaOf(value),
  description: comment,
  ...(otherwise !== undefined && { default: otherwise }),
});
