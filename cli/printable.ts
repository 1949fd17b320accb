/**
 * Text for a terminal. What others wrote (reasons, names, answers of hooks and of AWS) stands in much of what is printed: control
 * characters of theirs could move the cursor, rename the window or fill the clipboard, and marks of direction turn what stands
 * around them. They are shown as escapes instead, which JSON reads as the same characters. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
  text.replaceAll(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, escaped);

/** The same for what is one line: a break of theirs would begin a line that reads as ours. */
export const printableLine = (text: string): string =>
  printable(text.replaceAll(/\r\n|[\n\r\t]/g, (mark) => [...mark].map(escaped).join('')));

const escaped = (mark: string) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`;
