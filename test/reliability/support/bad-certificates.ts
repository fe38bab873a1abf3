import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TlsKeys } from '../../../src/sandbox/connections.ts';

export interface CertificateSet {
  /** PEM file with the only authority the client trusts besides the system's. */
  caFile: string;
  good: TlsKeys;
  /** By what is wrong with them. */
  bad: Readonly<Record<string, TlsKeys>>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

interface Leaf {
  name: string;
  host?: string;
  days?: number;
  usage?: string;
  /** Signs it: an authority, or another leaf. */
  issuer: string;
}

/** Certificates for `host` in `dir`: a good one, and one for each way to be none. Needs `openssl`. */
export function makeCertificateSet(dir: string, host: string): CertificateSet {
  const path = (name: string) => join(dir, name);
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const authority = (name: string) =>
    openssl(
      ...['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`],
      ...[
        '-addext',
        'keyUsage=critical,keyCertSign,cRLSign',
        '-keyout',
        path(`${name}.key`),
        '-out',
        path(`${name}.pem`),
      ],
    );
  const leaf = ({ name, host: named = host, days = 2, usage = 'serverAuth', issuer }: Leaf): TlsKeys => {
    const extensions = `subjectAltName=DNS:${named}\nextendedKeyUsage=${usage}\nbasicConstraints=CA:FALSE\n`;
    writeFileSync(path(`${name}.ext`), extensions);
    openssl(
      'req',
      ...newKey,
      '-subj',
      `/CN=${named}`,
      '-keyout',
      path(`${name}.key`),
      '-out',
      path(`${name}.csr`),
    );
    openssl(
      ...['x509', '-req', '-days', String(days), '-in', path(`${name}.csr`), '-extfile', path(`${name}.ext`)],
      ...[
        '-CA',
        path(`${issuer}.pem`),
        '-CAkey',
        path(`${issuer}.key`),
        '-CAcreateserial',
        '-out',
        path(`${name}.pem`),
      ],
    );
    return keys(name);
  };
  const keys = (...names: string[]): TlsKeys => ({
    cert: names.map((name) => readFileSync(path(`${name}.pem`), 'utf8')).join(''),
    key: readFileSync(path(`${names[0]}.key`)),
  });
  authority('trusted');
  authority('stranger');
  const good = leaf({ name: 'good', issuer: 'trusted' });
  openssl(
    ...[
      'req',
      '-x509',
      ...newKey,
      '-days',
      '2',
      '-subj',
      `/CN=${host}`,
      '-addext',
      `subjectAltName=DNS:${host}`,
    ],
    ...['-keyout', path('self.key'), '-out', path('self.pem')],
  );
  leaf({ name: 'grandchild', issuer: 'good' });
  const bad = {
    'self-signed': keys('self'),
    expired: leaf({ name: 'expired', days: -1, issuer: 'trusted' }),
    'for another host': leaf({ name: 'other', host: 'other.test', issuer: 'trusted' }),
    'for hosts below it': leaf({ name: 'below', host: `*.${host}`, issuer: 'trusted' }),
    'of an unknown authority': leaf({ name: 'foreign', issuer: 'stranger' }),
    'for clients': leaf({ name: 'client', usage: 'clientAuth', issuer: 'trusted' }),
    'signed by one that may not sign': keys('grandchild', 'good'),
  };
  return { caFile: path('trusted.pem'), good, bad };
}
