/** An error as it may stand in a record or a message: one line, short, and no address, for a webhook's is a secret. */
export function sentence(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const line = text
    .replaceAll(/https?:\/\/\S+/g, '(address)')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return line.length <= 300 ? line : `${line.slice(0, 299)}…`;
}
