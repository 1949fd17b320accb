/** Which deployment a page is for, as commands name it. */
export interface Deployment {
  /** The file of the configuration. */
  readonly config?: string;
  /** What the deployment wrote, where that is not the file of the default name. */
  readonly outputs?: string | undefined;
  /** Where AWS is, for a sandbox. */
  readonly endpoint?: string | undefined;
}

/** Lines for a POSIX shell. Each names its deployment, for a person follows one page, and may be in a folder with several. */
export interface CommandLines {
  readonly config: string;
  /** `understudy pause orders` of this deployment. */
  readonly understudy: (words: string) => string;
  readonly deploy: string;
  readonly sandbox: (port: number) => string;
}

export function commandLines({ config = 'understudy.config.ts', outputs, endpoint }: Deployment): CommandLines {
  const file = quoted(config);
  // A sandbox has a configuration of its own, with its addresses.
  const named =
    endpoint === undefined
      ? `--config ${file}${outputs === undefined ? '' : ` --outputs ${quoted(outputs)}`}`
      : `--endpoint ${quoted(endpoint)}`;
  return {
    config,
    understudy: (words) => `npm run understudy -- ${words} ${named}`,
    deploy: `UNDERSTUDY_CONFIG=${file} npx cdk deploy --all --outputs-file ${quoted(outputs ?? 'cdk-outputs.json')}`,
    sandbox: (port) => `npm run sandbox -- --port ${port} --config ${file}`,
  };
}

const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
