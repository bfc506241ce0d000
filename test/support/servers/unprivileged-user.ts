import { readFileSync } from 'node:fs';

/** A user for servers that refuse to run as root; undefined if this process does not run as root. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].map((name) => accounts.find((fields) => fields[0] === name)).find(Boolean);
  return account && { uid: Number(account[2]), gid: Number(account[3]) };
}
