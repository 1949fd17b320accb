import { createHash } from 'node:crypto';
import { type Channel, type Secret, secretsOf } from '../../core/channel.ts';

/** Where the receiver of a channel answers, beside AWS's services. */
export const receiverPath = (channel: string): string => `/_sandbox/channels/${channel}`;

/** Every secret in a variable: nothing here stands beside a function and reads parameters. */
export function inVariables<C extends Channel>(channel: C): C {
  if (!('secrets' in channel)) return channel;
  const secrets = Object.entries(secretsOf(channel)).map(([name, secret]) => [
    name,
    { env: variableOf(channel, name, secret) },
  ]);
  return { ...channel, secrets: Object.fromEntries(secrets) };
}

/** The variables of functions with the secrets that the receivers here know; `aws` is the base URL that functions reach. */
export function secretVariables(channels: readonly Channel[], aws: string): Readonly<Record<string, string>> {
  const pairs = channels.flatMap((channel) =>
    Object.entries(secretsOf(channel)).map(([name, secret]) => [
      variableOf(channel, name, secret),
      secretHere(channel.name, name, aws),
    ]),
  );
  return Object.fromEntries(pairs);
}

/** What is an address leads to the receiver; the rest is made of the names, and the same in every sandbox. */
export function secretHere(channel: string, name: string, aws: string): string {
  if (/url$/i.test(name)) return `${aws}${receiverPath(channel)}`;
  const digest = createHash('sha256').update(`${channel} ${name}`).digest();
  if (name === 'botToken') return `xoxb-${digest.toString('hex').slice(0, 32)}`;
  return name === 'signingKey' ? `whsec_${digest.toString('base64')}` : digest.toString('hex').slice(0, 32);
}

const variableOf = ({ name: channel }: Channel, name: string, { env }: Secret): string =>
  env ?? `SANDBOX_${channel}_${name}`.toUpperCase().replaceAll('-', '_');
