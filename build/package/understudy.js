#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';

const [first, ...others] = process.argv.slice(2);
if (others.length === 0 && ['--help', '-h', 'help'].includes(first)) {
  // Written by the build: what the commands say of themselves needs all of them, and with them AWS's SDK.
  process.stdout.write(readFileSync(new URL('help.txt', import.meta.url), 'utf8'));
} else {
  // What was compiled once is read from then on, where Node can (from 22.8 on): a quarter of the time of a short command.
  module.enableCompileCache?.();
  await import('./cli.js');
}
