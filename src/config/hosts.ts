import { isIP } from 'node:net';
import { isLoopback } from '../domain/loopback.ts';
import type { AccountSettings } from './schema.ts';

/** The port on which SMTP starts in plain text and must switch to TLS before the login (RFC 8314 §3.3). */
const startTlsPort = 587;

/** Plain text is for servers on this machine only; everything else would show the password to the network. */
export function endpointFaults(values: AccountSettings): string[] {
  const faults: string[] = [];
  if (!values.MAILBOX_IMAP_SECURE && !isLoopback(values.MAILBOX_IMAP_HOST)) {
    faults.push(
      'MAILBOX_IMAP_SECURE can be false only for a server on this machine (localhost, 127.0.0.1, ::1).',
    );
  }
  const smtpStartTls = values.MAILBOX_SMTP_PORT === startTlsPort;
  if (values.MAILBOX_SMTP_SECURE === true && smtpStartTls) {
    faults.push(
      'MAILBOX_SMTP_SECURE must not be true with port 587, which starts with STARTTLS; leave it unset.',
    );
  }
  if (values.MAILBOX_SMTP_SECURE === false && !smtpStartTls && !isLoopback(values.MAILBOX_SMTP_HOST)) {
    faults.push(
      'MAILBOX_SMTP_SECURE can be false only with port 587 (STARTTLS) or for a server on this machine.',
    );
  }
  const caldav = values.MAILBOX_CALDAV_URL === undefined ? undefined : new URL(values.MAILBOX_CALDAV_URL);
  if (caldav?.protocol === 'http:' && !isLoopback(caldav.hostname)) {
    faults.push('MAILBOX_CALDAV_URL can be http:// only for a server on this machine.');
  }
  return faults;
}
/**
 * `mailbox.org` of `imap.mailbox.org`; for a host without a domain, the domain of the address. Without the
 * public suffix list: two labels, three under the common second levels like co.uk.
 */
export function registrableDomain(host: string, email: string): string {
  if (isIP(host) !== 0 || !host.includes('.')) return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  const labels = host.toLowerCase().split('.');
  const secondLevel = /^(?:ac|co|com|edu|go|gov|ne|net|or|org)\.[a-z]{2}$/u.test(labels.slice(-2).join('.'));
  return labels.slice(secondLevel ? -3 : -2).join('.');
}
