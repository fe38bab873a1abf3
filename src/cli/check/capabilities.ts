import { ok, type Verdict, warning } from './verdict.ts';

/** An extension and what is lost without it. */
export interface Extension {
  name: string;
  loss: string;
  /** Without it something cannot be done at all, and not only slower. */
  matters?: true;
}

/** What the server makes use of, where it is offered. */
export const imapExtensions: readonly Extension[] = [
  { name: 'MOVE', loss: 'moving takes several steps' },
  { name: 'UIDPLUS', loss: 'single e-mails cannot be removed for good', matters: true },
  { name: 'CONDSTORE', loss: 'no search is remembered' },
  { name: 'SPECIAL-USE', loss: 'folders are known by their names only' },
  { name: 'LIST-STATUS', loss: 'folders take a second round trip' },
  { name: 'ESEARCH', loss: 'long results' },
  { name: 'SORT', loss: 'sorting is done here' },
  { name: 'THREAD=REFS', loss: 'conversations by message ids only' },
  { name: 'LITERAL+', loss: 'more round trips' },
];

export const smtpExtensions: readonly Extension[] = [
  { name: 'SIZE', loss: 'too large an e-mail is only refused after it was sent' },
  { name: '8BITMIME', loss: 'e-mails that hold 8-bit text cannot be forwarded as they are', matters: true },
  { name: 'SMTPUTF8', loss: 'no addresses with letters beyond ASCII' },
  { name: 'PIPELINING', loss: 'more round trips' },
];

export const caldavExtensions: readonly Extension[] = [
  { name: 'calendar-access', loss: 'it may be no calendar server', matters: true },
  { name: 'calendar-auto-schedule', loss: 'invitations and answers go by e-mail from here' },
];

/** @param told what the server says it can do; a parameter may follow after `=`. */
export function capabilityVerdict(extensions: readonly Extension[], told: readonly string[]): Verdict {
  const shownAs = (name: string) => told.find((one) => one === name || one.startsWith(`${name}=`));
  const found = extensions.flatMap(({ name }) => shownAs(name) ?? []);
  const missing = extensions.filter(({ name }) => shownAs(name) === undefined);
  const parts = [
    ...(found.length > 0 ? [found.join(' ')] : []),
    ...missing.map(({ name, loss }) => `without ${name} (${loss})`),
  ];
  const detail = parts.join(', ');
  const felt = missing.filter(({ matters }) => matters);
  if (felt.length === 0) return ok(detail);
  const losses = felt.map(({ name, loss }) => `${name} is missing: ${loss}`).join('; ');
  return warning(detail, `${losses}. The server decides that; everything else works without it.`);
}
