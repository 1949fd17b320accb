import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

export interface LayerOfFileProps {
  readonly layerVersionName: string;
  readonly description: string;
  readonly file: string;
  readonly text: string;
}

/** A layer with one file in it, which functions find below /opt. Another text is another layer, and the code of no function changes. */
export function layerOfFile(scope: Construct, id: string, { file, text, ...named }: LayerOfFileProps): LayerVersion {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-'));
  try {
    writeFileSync(join(folder, file), text);
    // The asset is a copy, named after what is in it, and made at once.
    return new LayerVersion(scope, id, {
      ...named,
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      code: Code.fromAsset(folder),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
