import type * as z from 'zod';

/** What is wrong, where: `detail.state.value: Invalid option…; time: is no point in time`. Cut to what fits a message. */
export function complaint(error: z.ZodError): string {
  const faults = error.issues.map(({ path, message }) => `${pathOf(path)}: ${message}`);
  const shown = faults.slice(0, faultsShown).join('; ');
  const more = faults.length > faultsShown ? `; and ${faults.length - faultsShown} more` : '';
  return cut(shown + more, 500);
}

export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

const faultsShown = 5;

function pathOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? 'the whole input' : path.map(String).join('.');
}
