import type { Mailbox } from '../../content/mailbox.ts';
import { formatInstant } from '../../domain/time.ts';
import { formatMailbox } from './addresses.ts';
import type { Language } from './language.ts';

export interface Quoted {
  from: Mailbox | undefined;
  /** When the original was sent; left out where it does not say. */
  date: Date | undefined;
  /** IANA zone of the person who answers. */
  zone: string;
  language: Language;
}

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** The line above a quote: `On 21 Nov 2026 at 09:15, Bob <bob@example.org> wrote:`, or the same in German. */
export function attribution({ from, date, zone, language }: Quoted): string {
  const when = localDate(date, zone, language);
  const who = from && formatMailbox(from);
  if (language === 'de') {
    const said = who === undefined ? 'schrieb jemand:' : `schrieb ${who}:`;
    if (when) return `Am ${when.day} um ${when.time} ${said}`;
    return who === undefined ? 'Jemand schrieb:' : `${who} schrieb:`;
  }
  const said = `${who ?? 'somebody'} wrote:`;
  return when ? `On ${when.day} at ${when.time}, ${said}` : said.replace(/^somebody/u, 'Somebody');
}

/** A date as a forwarded message's header shows it; undefined for none. */
export function headerDate(date: Date | undefined, zone: string, language: Language): string | undefined {
  const when = localDate(date, zone, language);
  return when && `${when.day}${language === 'de' ? ', ' : ' at '}${when.time}`;
}

interface LocalDate {
  day: string;
  time: string;
}

/** Spelt here rather than by Intl, whose words change with the ICU data of the machine. */
function localDate(date: Date | undefined, zone: string, language: Language): LocalDate | undefined {
  if (!date || Number.isNaN(date.getTime())) return undefined;
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d:\d\d)/u.exec(formatInstant(date, zone));
  const [, year, month, day, time] = match ?? [];
  if (!year || !month || !day || !time) return undefined;
  const name = months[Number(month) - 1] ?? month;
  return { time, day: language === 'de' ? `${day}.${month}.${year}` : `${Number(day)} ${name} ${year}` };
}
