import { isLoopback } from '../../domain/loopback.ts';
import { type Answers, hasCalendar } from './answers.ts';
import type { Asker } from './asker.ts';
import { isFilledIn } from './entry.ts';
import type { Freedom, Known } from './known.ts';
import {
  domainOf,
  type Provider,
  providerById,
  providerOf,
  providers,
  serverSettings,
  withoutCalendar,
} from './providers.ts';

/** Whose mailbox and with which passwords. */
export async function askAccount(ask: Asker, known: Known): Promise<Answers> {
  const email = await ask.text({
    message: 'Which e-mail address is it for?',
    ...(known.email === undefined ? { example: 'you@mailbox.org' } : { initial: known.email }),
    check: addressFault,
  });
  const provider = providerOf(email) ?? (await askProvider(ask, email));
  const servers = provider.settings?.(domainOf(email)) ?? (await askServers(ask, domainOf(email)));
  const caFile = known.caFileOf(email);
  if (caFile !== undefined) ask.tell(`The authorities in ${caFile} (MAILBOX_CA_FILE) are trusted, too.`);
  const settings = { ...servers, ...(caFile !== undefined && { MAILBOX_CA_FILE: caFile }) };
  const password = await askPassword(ask, provider);
  const answers = { email, provider, settings, password, calendarPassword: undefined, isProven: false };
  return hasCalendar(settings) ? await withCalendarPassword(ask, answers) : answers;
}

export async function askPassword(ask: Asker, provider: Provider): Promise<string> {
  ask.tell(provider.aboutPassword);
  return await ask.secret({ message: 'The password for mail', check: passwordFault });
}

/** At mailbox.org nothing typed means no calendar, for the mail's password is never that of the calendar there. */
export async function withCalendarPassword(ask: Asker, answers: Answers): Promise<Answers> {
  const { provider, settings } = answers;
  if (provider.aboutCalendar === undefined) return answers;
  ask.tell(provider.aboutCalendar);
  const typed = await ask.secret({ message: 'The password for the calendar', check: lineFault });
  if (typed !== '') return { ...answers, calendarPassword: typed };
  if (provider.id !== 'mailbox.org') return { ...answers, calendarPassword: undefined };
  return { ...answers, calendarPassword: undefined, settings: { ...settings, ...withoutCalendar } };
}

/** The settings with what the assistant may do; the first answer leaves them as they are. */
export async function askRights(
  ask: Asker,
  settings: Record<string, string>,
  initial: Freedom,
): Promise<Record<string, string>> {
  const freedom = await ask.choose<Freedom>({
    message: 'May the assistant write, send and delete too?',
    choices: [
      { value: 'direct', label: 'Yes', hint: 'most programs ask you before each such step' },
      { value: 'confirm', label: 'Yes, but it shows me every mail before it is sent' },
      { value: 'drafts-only', label: 'It may write drafts, and never send' },
      { value: 'read-only', label: 'No, it may only read' },
    ],
    initial,
  });
  if (freedom === 'read-only') return { ...settings, MAILBOX_READ_ONLY: 'true' };
  return freedom === 'direct' ? settings : { ...settings, MAILBOX_SEND: freedom };
}

async function askProvider(ask: Asker, email: string): Promise<Provider> {
  const id = await ask.choose({
    message: `Where is the mailbox of ${email}?`,
    choices: providers.map(({ id: value, label, hint }) => ({
      value,
      label,
      ...(hint !== undefined && { hint }),
    })),
    initial: 'mailbox.org',
  });
  return providerById(id);
}

async function askServers(ask: Asker, domain: string): Promise<Record<string, string>> {
  ask.tell('Your provider names its servers on its pages, for "IMAP", "SMTP" and "CalDAV".');
  const server = (message: string, initial: string) => ask.text({ message, initial, check: serverFault });
  const imap = await server('Server for reading mail (IMAP)', `imap.${domain}`);
  const smtp = await server('Server for sending mail (SMTP)', `smtp.${domain}`);
  const caldav = await ask.text({
    message: 'Address of the calendar (CalDAV); empty to do without',
    example: 'https://cloud.example.org/remote.php/dav/ (Nextcloud)',
    check: calendarFault,
  });
  const message = 'Login name; empty if it is the address';
  const login = await ask.text({ message, check: fillingFault });
  return { ...serverSettings(imap, smtp, caldav), ...(login !== '' && { MAILBOX_USERNAME: login }) };
}

/** What is wrong with a word that will stand in an entry as it is. */
export function wordFault(answer: string): string | undefined {
  return answer === '' ? 'It cannot be empty.' : fillingFault(answer);
}

function fillingFault(answer: string): string | undefined {
  return isFilledIn(answer) ? fillingSentence : undefined;
}

export const fillingSentence =
  'Many programs put something of their own in the place of "${", so it cannot stand in their settings.';

function addressFault(answer: string): string | undefined {
  return /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>".]+$/u.test(answer)
    ? undefined
    : 'That is no e-mail address. It looks like you@mailbox.org.';
}

function passwordFault(answer: string): string | undefined {
  return answer === '' ? 'Without a password no mail can be read. Ctrl-C to stop.' : lineFault(answer);
}

/** What a copied password may have brought along; no provider gives one with it. */
function lineFault(answer: string): string | undefined {
  return /[\p{Cc}]|^\s|\s$/u.test(answer)
    ? 'There is a space or a line break at its beginning or end. Paste the password alone.'
    : undefined;
}

function serverFault(answer: string): string | undefined {
  return /^[\p{L}\p{N}._-]+(?::\d{1,5})?$/u.test(answer)
    ? undefined
    : 'That is no server. It looks like imap.example.org or imap.example.org:993.';
}

function calendarFault(answer: string): string | undefined {
  if (answer === '') return undefined;
  const url = URL.canParse(answer) ? new URL(answer) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !safe) return 'The address starts with https://.';
  return url.username || url.password ? 'Leave name and password out of the address.' : undefined;
}
