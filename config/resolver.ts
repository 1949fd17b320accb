import { isIP } from 'node:net';

/** Whether Node takes it for a DNS server: `8.8.8.8`, `8.8.8.8:53`, `2001:db8::1`, `[2001:db8::1]:53`. */
export function isResolver(text: string): boolean {
  // A zone is an interface of one machine.
  if (text.includes('%')) return false;
  if (isIP(text) !== 0) return true;
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  // Port 0 would end the process.
  const isPort = port === undefined || (Number(port) > 0 && Number(port) < 65_536);
  return isPort && (bracketed === undefined ? isIP(plain) === 4 : isIP(bracketed) === 6);
}

/** The address without its port. */
export const resolverAddress = (text: string): string =>
  isIP(text) === 0 ? text.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1') : text;
