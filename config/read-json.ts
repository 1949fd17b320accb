import { readFile } from 'node:fs/promises';

/**
 * The JSON in a file, whatever editor or shell wrote it: with a byte order mark, or in UTF-16 as Windows PowerShell writes with
 * `>`. Throws a sentence of what is wrong with the file, which does not name it.
 */
export async function readJson(file: string): Promise<unknown> {
  const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
    throw new Error(cause.code === 'ENOENT' ? 'does not exist' : `cannot be read: ${cause.message}`, { cause });
  });
  return parseJson(decode(bytes));
}

function parseJson(text: string): unknown {
  if (text.trim() === '') throw new Error('cannot be read: it is empty');
  try {
    return JSON.parse(text);
  } catch (cause) {
    // The parser quotes what it read; where it stopped is enough.
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(messageOf(cause)) ?? [];
    const where = line === undefined ? '' : `, at line ${line}, column ${column}`;
    throw new Error(`cannot be read as JSON${where}`, { cause });
  }
}

/** By its byte order mark; without one by the zero beside the first letter, for JSON begins with one of ASCII. */
export function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return decoded('utf-16le', bytes);
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return decoded('utf-16be', bytes);
  return decoded('utf-8', bytes);
}

/** Without the mark. */
const decoded = (encoding: string, bytes: Uint8Array) => new TextDecoder(encoding).decode(bytes);

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
