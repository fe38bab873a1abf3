import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TlsKeys } from '../../../src/sandbox/connections.ts';
import { makeCertificates } from '../../servers/certificates.ts';

/** Lends a certificate for loopback and the authority that vouches for it; both are gone afterwards. */
export async function withTlsKeys<T>(work: (keys: TlsKeys & { caFile: string }) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mailbox-keys-'));
  try {
    const { caFile, certFile, keyFile } = makeCertificates(folder);
    return await work({ caFile, cert: readFileSync(certFile), key: readFileSync(keyFile) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
