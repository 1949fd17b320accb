/** What the package exports, by the name of the entry, and the file of this repository that it is made from. */
export const entries = {
  '.': { file: 'config/index.ts', name: 'index' },
  './cdk': { file: 'infra/index.ts', name: 'cdk' },
  './origin': { file: 'origin/index.ts', name: 'origin' },
  './testing': { file: 'sandbox/testing/index.ts', name: 'testing' },
} as const;

/** Programs of the package: the command, and what the sandbox starts to write templates. */
export const programs = { cli: 'cli/understudy.ts', templates: 'infra/templates.ts' } as const;
