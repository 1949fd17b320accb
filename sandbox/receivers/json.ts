/** Null for what is no JSON. */
export function jsonOf(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return null;
  }
}

/** Null for what is no form. */
export const formOf = (raw: Buffer): Readonly<Record<string, string>> | null => {
  const form = new URLSearchParams(raw.toString('utf8'));
  return form.has('channel') ? Object.fromEntries(form) : null;
};
