import { isIPv4 } from 'node:net';

/** Whether a host is this machine: `localhost`, or a loopback address, with or without the brackets that URLs require. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (name === 'localhost' || name === '::1') return true;
  const address = name.replace(/^::ffff:/, '');
  return isIPv4(address) && address.startsWith('127.');
}
