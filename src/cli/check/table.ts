import type { UnreadyAccount } from '../../config/config.ts';
import { cleanLine } from '../../content/clean.ts';
import type { Painter } from './paint.ts';
import { type Check, failed, type Protocol } from './verdict.ts';
import { counted } from './words.ts';

/** One account and what was found about it, as the JSON has it. */
export interface AccountReport {
  /** Its name in MAILBOX_ACCOUNTS, where that is set. */
  account?: string;
  /** Missing where the account has no usable settings. */
  email?: string;
  checks: readonly Check[];
}

/** An account that no server can be asked about. */
export function unreadyReport({ accountName: account, missing, faults }: UnreadyAccount): AccountReport {
  const [detail, hint] = faults
    ? [cleanLine(faults.join(' ')), 'Correct it where the settings of this account stand.']
    : ['Credentials are missing; no server was asked.', missing ?? ''];
  return { account, checks: [{ account, protocol: 'local', check: 'settings', ...failed(detail, hint) }] };
}

const titles: Readonly<Record<Protocol, string>> = {
  local: 'This computer',
  imap: 'IMAP (reading mail)',
  smtp: 'SMTP (sending mail)',
  caldav: 'CalDAV (calendars)',
};
const marks = { ok: 'ok', warning: '!!', failed: 'xx', skipped: '--' } as const;

const nameWidth = 'capabilities'.length;
const timeWidth = '99999 ms'.length;

/** Everything as lines for a terminal: the table, what to do, and a last line that sums it up. */
export function reportLines(reports: readonly AccountReport[], paint: Painter): string[] {
  const all = reports.flatMap(({ checks }) => checks);
  return [
    ...reports.flatMap((report) => accountLines(report, paint)),
    ...advice(reports, paint),
    summary(all, paint),
  ];
}

function accountLines({ account, email, checks }: AccountReport, paint: Painter): string[] {
  const protocols = [...new Set(checks.map(({ protocol }) => protocol))];
  return [
    paint.bold([account, email].filter(Boolean).join(': ')),
    ...protocols.flatMap((protocol) => [
      `  ${titles[protocol]}`,
      ...merged(checks.filter((check) => check.protocol === protocol)).map((line) => row(line, paint)),
    ]),
    '',
  ];
}

interface Line {
  status: Check['status'];
  names: string[];
  detail: string;
  ms: number | undefined;
}

/** Checks that were skipped one after the other for the same reason share a line. */
function merged(checks: readonly Check[]): Line[] {
  const lines: Line[] = [];
  for (const { status, check, detail, ms } of checks) {
    const last = lines.at(-1);
    if (status === 'skipped' && last?.status === 'skipped' && last.detail === detail) last.names.push(check);
    else lines.push({ status, names: [check], detail, ms });
  }
  return lines;
}

function row({ status, names, detail, ms }: Line, paint: Painter): string {
  const mark = paint[status](marks[status]);
  const [name = '', ...others] = names;
  if (others.length > 0) return `    ${mark}  ${names.join(', ')}: ${detail}`;
  const time = ms === undefined ? '' : `${ms} ms`;
  return `    ${mark}  ${name.padEnd(nameWidth)}  ${time.padStart(timeWidth)}  ${detail}`;
}

/** What to do, once for each thing there is to do: where one cause fails several protocols, they share its line. */
function advice(reports: readonly AccountReport[], paint: Painter): string[] {
  const places = new Map<string, { mark: string; names: string[] }>();
  for (const { account, status, protocol, check, hint } of reports.flatMap(({ checks }) => checks)) {
    if (hint === undefined || status === 'skipped' || status === 'ok') continue;
    const name = [account, protocol, check].filter(Boolean).join(' ');
    const place = places.get(hint);
    if (place) place.names.push(name);
    else places.set(hint, { mark: paint[status](marks[status]), names: [name] });
  }
  if (places.size === 0) return [];
  const lines = [...places].map(([hint, { mark, names }]) => `  ${mark}  ${names.join(', ')}: ${hint}`);
  return [paint.bold('What to do'), ...lines, ''];
}

function summary(checks: readonly Check[], paint: Painter): string {
  const count = (status: Check['status']) => checks.filter((check) => check.status === status).length;
  const made = checks.length - count('skipped');
  const skips = count('skipped') > 0 ? `, ${count('skipped')} skipped` : '';
  const warnings = count('warning') > 0 ? `, ${counted(count('warning'), 'warning')}` : '';
  if (count('failed') > 0) {
    return paint.failed(`${count('failed')} of ${counted(made, 'check')} failed${warnings}${skips}.`);
  }
  return paint.ok(`Everything works: ${counted(made, 'check')}${warnings}${skips}.`);
}
