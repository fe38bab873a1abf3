import { quote } from '../../content/address.ts';
import { cleanLine } from '../../content/clean.ts';
import type { Mailbox } from '../../content/mailbox.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * What the person is asked: exactly who gets it, by address as it goes over the wire, the subject, the sizes, and the
 * digest of the bytes. One line for each recipient and file: nothing in a name can pass for another.
 */
export function approvalText(
  { from, to, cc, bcc, subject, attachments, raw, warnings }: Outgoing,
  strangers: readonly string[],
  digest: string,
): string {
  const people = (label: string, list: readonly Mailbox[]) =>
    list.map((mailbox) => `${label}: ${shown(mailbox)}`);
  const files = attachments.map(
    ({ name, size }) => `Attachment: ${bytes(size)}, ${quote(cleanLine(name, 100))}`,
  );
  return [
    'Send this e-mail?',
    `From: ${shown(from)}`,
    ...people('To', to),
    ...people('Cc', cc),
    ...people('Bcc', bcc),
    `Subject: ${cleanLine(subject, 500)}`,
    ...files,
    `Size: ${bytes(raw.byteLength)}`,
    `Digest: sha256 ${digest}`,
    ...(strangers.length > 0 ? [`Never written to before: ${strangers.join(', ')}`] : []),
    ...warnings.map(({ detail }) => `Note: ${detail}`),
  ].join('\n');
}

/** The address first, and names in quotes: strangers choose them. Domains in ASCII, so that look-alikes are seen. */
function shown({ name, address }: Mailbox): string {
  return name ? `${address} ${quote(cleanLine(name, 100))}` : address;
}

function bytes(size: number): string {
  return size < 10_000 ? `${size} bytes` : `${(size / 1000).toFixed(0)} kB`;
}
