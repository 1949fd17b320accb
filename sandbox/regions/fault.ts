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

/** Other names for the same; blanks, underscores and case make no difference to any name. */
export const aliases: Readonly<Record<string, Fault>> = {
  hanging: 'hang',
  '5xx': '500',
  'html-200': 'html',
  html200: 'html',
  '200-html': 'html',
  flap: 'flapping',
  'too-many-requests': '429',
  'bad-gateway': '502',
  'service-unavailable': '503',
  'gateway-timeout': '504',
  wrongbody: 'wrong-body',
  wrongregion: 'wrong-region',
};

export interface UnknownFault {
  readonly unknown: string;
  readonly known: readonly string[];
}

/** Reads a fault as people write it; what is not known comes back with all names that are. */
export function parseFault(text: string): Fault | UnknownFault {
  const name = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '-');
  const fault = faults.find((known) => known === name) ?? (Object.hasOwn(aliases, name) ? aliases[name] : undefined);
  return fault ?? { unknown: text, known: [...faults, ...Object.keys(aliases)] };
}
