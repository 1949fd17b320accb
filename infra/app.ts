import { loadFailover } from '../config/load.ts';
import { understudyApp } from './understudy-app.ts';

/** What `cdk` runs: the configuration in, a cloud assembly out. A mistake in the configuration is a message, not a trace. */
try {
  const failover = await loadFailover(process.env['UNDERSTUDY_CONFIG'] ?? 'understudy.config.ts');
  understudyApp(failover, { outdir: process.env['CDK_OUTDIR'] ?? 'cdk.out' }).synth();
} catch (error) {
  process.stderr.write(`synth: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
