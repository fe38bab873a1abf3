import { isLoopback } from '../../domain/loopback.ts';

export const providerIds = ['mailbox.org', 'fastmail', 'posteo', 'mailcow', 'other'] as const;
export type ProviderId = (typeof providerIds)[number];

/** What one has to know of a provider to set up a mailbox there. */
export interface Provider {
  id: ProviderId;
  label: string;
  hint?: string;
  /** Addresses there; everybody else's domain may still be hosted there. */
  domains: RegExp;
  /** The settings that differ from the defaults, for an address with that domain. Undefined: they have to be asked for. */
  settings: ((domain: string) => Record<string, string>) | undefined;
  /** Where the password is made, in words for somebody who has never done so. */
  aboutPassword: string;
  /** The same for the calendar's own password. Undefined: it is the password of the mail. */
  aboutCalendar: string | undefined;
}

/** Domains at which nobody but mailbox.org gives addresses. */
const mailboxOrg = /^(?:secure\.)?mailbox\.org$/u;

/**
 * mailbox.org: kb.mailbox.org "E-mail configuration" and "Access security". Fastmail: fastmail.help "Server names and
 * ports". Posteo: its help pages; calendars are on port 8443. mailcow: docs.mailcow.email "Client configuration".
 */
export const providers: readonly Provider[] = [
  {
    ...{ id: 'mailbox.org', label: 'mailbox.org', hint: 'also with a domain of your own' },
    domains: mailboxOrg,
    settings: () => ({}),
    aboutPassword:
      'For mail: log in at mailbox.org, open Settings → Security → E-mail app passwords, and make one for IMAP and SMTP.\n' +
      'With two-factor login you need it. Without, your normal password works too, but an app password can be taken back.',
    aboutCalendar:
      'The calendar wants a second, different password: on the same page, under Application passwords, make one for\n' +
      'CalDAV/CardDAV. The e-mail app password does not work there. Leave this empty to do without the calendar.',
  },
  {
    ...{ id: 'fastmail', label: 'Fastmail' },
    domains: /^fastmail\.(?:com|fm)$/u,
    settings: () => serverSettings('imap.fastmail.com', 'smtp.fastmail.com', 'https://caldav.fastmail.com/'),
    aboutPassword:
      'Fastmail wants an app password: Settings → Privacy & Security → App passwords. One with access to mail, contacts\n' +
      'and calendars is enough for all.',
    aboutCalendar: undefined,
  },
  {
    ...{ id: 'posteo', label: 'Posteo' },
    domains: /^posteo\.(?:de|net|org|eu|at|ch)$/u,
    settings: () => serverSettings('posteo.de', 'posteo.de', 'https://posteo.de:8443/'),
    aboutPassword: 'The password you log in with at Posteo, for mail and calendar.',
    aboutCalendar: undefined,
  },
  {
    ...{ id: 'mailcow', label: 'A mailcow server', hint: 'mail.<your domain>' },
    domains: /(?!)/u,
    settings: (domain) =>
      serverSettings(`mail.${domain}`, `mail.${domain}`, `https://mail.${domain}/SOGo/dav/`),
    aboutPassword:
      'The password of the mailbox, or an app password (mailcow: App passwords) for IMAP, SMTP and CalDAV.',
    aboutCalendar: undefined,
  },
  {
    ...{ id: 'other', label: 'Another provider', hint: 'you will be asked for its servers' },
    domains: /(?!)/u,
    settings: undefined,
    aboutPassword: 'The password for mail programs. Some providers want an app password for them.',
    aboutCalendar: 'If the calendar has a password of its own, type it. Leave this empty if it is the same.',
  },
];

export function providerById(id: ProviderId): Provider {
  const found = providers.find((provider) => provider.id === id);
  if (!found) throw new Error(`There is no provider ${id}.`);
  return found;
}

/** The provider an address tells by itself. */
export function providerOf(email: string): Provider | undefined {
  const domain = domainOf(email);
  return providers.find(({ domains }) => domains.test(domain));
}

export function domainOf(email: string): string {
  return email.slice(email.lastIndexOf('@') + 1).toLowerCase();
}

/**
 * Settings for servers given as `host` or `host:port`. On this machine plain text is allowed, as local bridges speak it on
 * ports of their own.
 * Without a calendar, its tools are not listed.
 */
export function serverSettings(imap: string, smtp: string, caldav: string): Record<string, string> {
  return {
    ...endpoint('MAILBOX_IMAP', imap),
    ...endpoint('MAILBOX_SMTP', smtp),
    ...(caldav === '' ? withoutCalendar : { MAILBOX_CALDAV_URL: caldav }),
  };
}

export const withoutCalendar = { MAILBOX_TOOLSETS: 'mail,server' };

/** Whether that is what a value of MAILBOX_TOOLSETS says, however it is written. */
export function leavesOutCalendars(toolsets = ''): boolean {
  const names = toolsets.split(',').flatMap((name) => name.trim().toLowerCase() || []);
  return [...new Set(names)].sort().join(',') === withoutCalendar.MAILBOX_TOOLSETS;
}

/** Those of IMAP and SMTP with TLS from the start (RFC 8314), which are the defaults. */
const tlsPorts = new Set<string | undefined>(['993', '465', undefined]);

function endpoint(prefix: string, server: string): Record<string, string> {
  const [, name = server, port] = /^([^:]+):(\d+)$/u.exec(server) ?? [];
  return {
    [`${prefix}_HOST`]: name,
    ...(port !== undefined && { [`${prefix}_PORT`]: port }),
    ...(isLoopback(name) && !tlsPorts.has(port) && { [`${prefix}_SECURE`]: 'false' }),
  };
}
