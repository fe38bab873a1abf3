import type { ConnectionOptions, SecureContext } from 'node:tls';

/** Without Nagle's delay, which costs 40 ms where the server delays its acknowledgements. */
export async function tlsOptions(ca: string | undefined): Promise<ConnectionOptions> {
  const options: ConnectionOptions & { noDelay: boolean } = {
    noDelay: true,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  };
  return ca === undefined ? options : { ...options, secureContext: await trusting(ca) };
}

const contexts = new Map<string, SecureContext>();

/** Trusts `ca` beside the system's authorities. Made once: each context holds all certificates in several MB. */
async function trusting(ca: string): Promise<SecureContext> {
  const known = contexts.get(ca);
  if (known) return known;
  const { createSecureContext, rootCertificates } = await import('node:tls');
  const context = createSecureContext({ ca: [...rootCertificates, ca], minVersion: 'TLSv1.2' });
  contexts.set(ca, context);
  return context;
}
