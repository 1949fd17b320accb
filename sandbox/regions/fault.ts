/** What can be wrong with a region. `lost` is dark, and the AWS APIs of the region are unreachable too. */
export type Fault = (typeof faults)[number];

export const faults = [
  'dark',
  'hang',
  '500',
  '502',
  '503',
  '504',
  '429',
  'slow',
  'wrong-body',
  'html',
  'wrong-region',
  'flapping',
  'lost',
] as const;

const aliases: Readonly<Record<string, Fault>> = {
  hanging: 'hang',
  '5xx': '500',
  'html-200': 'html',
  'html 200': 'html',
  flap: 'flapping',
};

export interface UnknownFault {
  readonly unknown: string;
  readonly known: readonly string[];
}

/** Reads a fault as people write it; what is not known comes back with what is. */
export function parseFault(text: string): Fault | UnknownFault {
  const name = text.trim().toLowerCase();
  const fault = faults.find((known) => known === name) ?? (Object.hasOwn(aliases, name) ? aliases[name] : undefined);
  return fault ?? { unknown: text, known: faults };
}
