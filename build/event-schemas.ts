import { mkdir, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { eventVersion } from '../handlers/channels/event.ts';
import { eventSchemas } from '../handlers/channels/event-schema.ts';

/** The JSON schemas that ship, by file name: one for each type of event, open for members to come. A test compares them with the committed ones. */
export function eventSchemaFiles(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(eventSchemas).map(([type, schema]) => {
      const described = { ...z.toJSONSchema(schema, { io: 'input' }), title: type };
      return [`${type}.v${eventVersion}.json`, `${JSON.stringify(described, null, 2)}\n`];
    }),
  );
}

if (import.meta.main) {
  await mkdir('schemas', { recursive: true });
  for (const [file, text] of Object.entries(eventSchemaFiles())) await writeFile(`schemas/${file}`, text);
}
