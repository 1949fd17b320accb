/**
 * What somebody else wrote, as part of one line: no break, no other control character, and nothing that turns the direction of
 * the text around it. Else a reason could make lines of its own, which read as ours.
 */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\s\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .trim();
}
