import { cleanLine } from '../../content/clean.ts';
import type { Mailbox } from '../compose/addresses.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * What the person is asked: exactly who gets it, by address as it goes over the wire, the subject, the sizes, and the
 * digest of the bytes.
 */
export function approvalText(
  { from, to, cc, bcc, subject, attachments, raw, warnings }: Outgoing,
  strangers: readonly string[],
  digest: string,
): string {
  const people = (label: string, list: readonly Mailbox[]) =>
    list.length > 0 ? [`${label}: ${list.map(shown).join(', ')}`] : [];
  const files = attachments.map(({ name, size }) => `${cleanLine(name, 100)} (${bytes(size)})`);
  return [
    'Send this e-mail?',
    `From: ${shown(from)}`,
    ...people('To', to),
    ...people('Cc', cc),
    ...people('Bcc', bcc),
    `Subject: ${cleanLine(subject, 500)}`,
    ...(files.length > 0 ? [`Attachments: ${files.join(', ')}`] : []),
    `Size: ${bytes(raw.byteLength)}`,
    `Digest: sha256 ${digest}`,
    ...(strangers.length > 0 ? [`Never written to before: ${strangers.join(', ')}`] : []),
    ...warnings.map(({ detail }) => `Note: ${detail}`),
  ].join('\n');
}

/** Without the Unicode form of domains: look-alikes shall be seen. */
function shown({ name, address }: Mailbox): string {
  return name ? `${cleanLine(name, 100)} <${address}>` : address;
}

function bytes(size: number): string {
  return size < 10_000 ? `${size} bytes` : `${(size / 1000).toFixed(0)} kB`;
}
