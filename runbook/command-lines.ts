import { outputsOf } from '../config/load.ts';

/** Which deployment a page is for, as commands name it. */
export interface Deployment {
  /** The file of the configuration. */
  readonly config?: string;
  /** The environment of the file, where that is one of its stages. */
  readonly stage?: string | undefined;
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

export function commandLines({ config = 'understudy.config.ts', stage, outputs, endpoint }: Deployment): CommandLines {
  const file = quoted(config);
  // A sandbox has a configuration of its own, with its addresses.
  const named =
    endpoint === undefined
      ? `--config ${file}${stage === undefined ? '' : ` --stage ${stage}`}${outputs === undefined ? '' : ` --outputs ${quoted(outputs)}`}`
      : `--endpoint ${quoted(endpoint)}${stage === undefined ? '' : ` --stage ${stage}`}`;
  return {
    config: stage === undefined ? config : `${config}, stage ${stage}`,
    understudy: (words) => `npm run understudy -- ${words} ${named}`,
    deploy: `UNDERSTUDY_CONFIG=${file}${stage === undefined ? '' : ` UNDERSTUDY_STAGE=${stage}`} npx cdk deploy --all --outputs-file ${quoted(outputs ?? outputsOf(stage))}`,
    sandbox: (port) =>
      `npm run sandbox -- --port ${port} --config ${file}${stage === undefined ? '' : ` --stage ${stage}`}`,
  };
}

const quoted = (text: string): string => (/^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);
