/** `2h`, `90m`, `1d`, in milliseconds; null for anything else. */
export function lengthOf(text: string): number | null {
  const found = /^(\d{1,4})(s|m|h|d)$/.exec(text);
  if (found === null) return null;
  const ms = Number(found[1]) * { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[found[2] as 's' | 'm' | 'h' | 'd'];
  return ms > 0 ? ms : null;
}
