import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Keys {
  key: string;
  cert: string;
}

export interface Wanted {
  name?: string;
  /** Days from now. */
  from?: number;
  until?: number;
  selfSigned?: boolean;
}

/** A throw-away authority that signs certificates of any name and age. Needs `openssl`. */
export class Authority {
  readonly dir = mkdtempSync(join(tmpdir(), 'check-ca-'));
  readonly caFile = join(this.dir, 'ca.pem');
  private made = 0;

  constructor() {
    this.openssl(
      ...['req', '-x509', ...newKey, '-days', '90', '-subj', '/CN=check test CA', '-keyout', 'ca.key'],
      ...['-addext', 'keyUsage=critical,keyCertSign,cRLSign', '-out', 'ca.pem'],
    );
    writeFileSync(join(this.dir, 'index.txt'), '');
    writeFileSync(join(this.dir, 'serial'), '01');
  }

  get ca(): string {
    return readFileSync(this.caFile, 'utf8');
  }

  sign({ name = 'localhost', from = -1, until = 60, selfSigned = false }: Wanted = {}): Keys {
    const id = `server${++this.made}`;
    const lines = [
      ...['[ca]', 'default_ca=d', '[d]', 'database=index.txt', 'new_certs_dir=.', 'serial=serial'],
      ...['default_md=sha256', 'policy=p', 'x509_extensions=e', 'unique_subject=no'],
      ...['[p]', 'commonName=supplied', '[e]', `subjectAltName=DNS:${name}`],
    ];
    writeFileSync(join(this.dir, 'ca.cnf'), `${lines.join('\n')}\n`);
    this.openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', `${id}.key`, '-out', `${id}.csr`);
    const signer = selfSigned
      ? ['-selfsign', '-keyfile', `${id}.key`]
      : ['-cert', 'ca.pem', '-keyfile', 'ca.key'];
    this.openssl(
      ...['ca', '-batch', '-notext', '-config', 'ca.cnf', ...signer, '-in', `${id}.csr`, '-out', `${id}.pem`],
      ...['-startdate', inDays(from), '-enddate', inDays(until)],
    );
    const read = (file: string) => readFileSync(join(this.dir, file), 'utf8');
    return { key: read(`${id}.key`), cert: read(`${id}.pem`) };
  }

  remove(): void {
    rmSync(this.dir, { recursive: true });
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.dir, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

/** `YYYYMMDDHHMMSSZ`, as `openssl ca` takes it; an hour more, so that the days are whole. */
function inDays(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000 + 3_600_000);
  return `${at.toISOString().replace(/\D/gu, '').slice(0, 14)}Z`;
}
