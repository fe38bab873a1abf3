import { join } from 'node:path';
import type { Certificates } from './certificates.ts';

export interface RadicaleSetup {
  dir: string;
  port: number;
  certificates: Certificates;
  logins: readonly { address: string; password: string }[];
}

/** The files of one instance by their names. The first rule for a path holds. */
export function radicaleConfig({ dir, port, certificates, logins }: RadicaleSetup): Record<string, string> {
  const { certFile, keyFile } = certificates;
  return {
    htpasswd: logins.map(({ address, password }) => `${address}:${password}\n`).join(''),
    rights: rules.map(([name, collection, permissions]) => rule(name, collection, permissions)).join('\n'),
    config: `[server]
hosts = 127.0.0.1:${port}
ssl = True
certificate = ${certFile}
key = ${keyFile}
max_connections = 50
[auth]
type = htpasswd
htpasswd_filename = ${join(dir, 'htpasswd')}
htpasswd_encryption = plain
delay = 0
[rights]
type = from_file
file = ${join(dir, 'rights')}
[storage]
filesystem_folder = ${join(dir, 'store')}
[web]
type = none
[logging]
level = warning
`,
  };
}

const rules = [
  ['root', '', 'R'],
  ['principal', '{user}', 'RW'],
  ['readonly', '{user}/readonly-[^/]+', 'r'],
  ['calendars', '{user}/[^/]+', 'rw'],
] as const;

function rule(name: string, collection: string, permissions: string): string {
  return `[${name}]\nuser: .+\ncollection: ${collection}\npermissions: ${permissions}\n`;
}
