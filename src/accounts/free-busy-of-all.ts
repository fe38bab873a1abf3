import { defaultListBytes, jsonBytes, withinBytes } from '../domain/answer-size.ts';
import type { CalendarIncomplete, FreeBusy } from '../domain/calendar.ts';
import type { FreeBusyRequest } from '../domain/calendar-port.ts';
import type { MailboxError } from '../domain/errors.ts';
import type { CallContext } from '../domain/mail-port.ts';
import { intersection, type Span, subtract, union } from '../domain/spans.ts';
import { formatInstant } from '../domain/time.ts';
import { type Member, withCalendars } from './account.ts';
import { askAll, type Told } from './ask-all.ts';
import { isNotFound } from './calendar-of-all.ts';
import { incompleteField } from './fitting.ts';
import type { Grace } from './grace.ts';

/** The calendars of an account that are asked for; undefined: all of them. */
interface Share {
  member: Member;
  calendars: readonly string[] | undefined;
  /** A name that is looked for in every account. */
  sought?: string;
}

interface Piece extends Span {
  status: 'busy' | 'tentative' | 'free';
}

const spareBytes = 300;
const usualMinutes = 30;

/** What each account is asked for. @param ownerOf the account an id says; what says none is sought in all of them */
export function sharesOf(
  members: readonly Member[],
  calendars: readonly string[] | undefined,
  ownerOf: (calendar: string) => Member | undefined,
): Share[] {
  const having = withCalendars(members);
  if (!calendars?.length) return having.map((member) => ({ member, calendars: undefined }));
  const owned = members.flatMap((member) => {
    const own = calendars.filter((calendar) => ownerOf(calendar) === member);
    return own.length > 0 ? [{ member, calendars: own }] : [];
  });
  const names = calendars.filter((calendar) => !ownerOf(calendar));
  const sought = names.flatMap((name) =>
    having.map((member) => ({ member, calendars: [name], sought: name })),
  );
  return [...owned, ...sought];
}

/**
 * When somebody is busy in any of their accounts, and free in all of them. Nothing is free while an account that was
 * asked has not answered; one that is not set up has nothing to answer, and is told only.
 * @throws MailboxError when none did, and for a calendar that is in no account.
 */
export async function freeBusyOfAll(
  shares: readonly Share[],
  request: FreeBusyRequest,
  { signal }: CallContext,
  { zone, grace }: { zone: string; grace: Grace },
): Promise<FreeBusy> {
  const asks = shares.map(({ member, calendars }) => ({
    account: member.name,
    run: (limited: AbortSignal) =>
      member.services.calendar.getFreeBusy({ ...request, calendars }, { signal: limited }),
  }));
  const told = await askAll(asks, signal, grace);
  const answers = told.flatMap(({ value }) => value ?? []);
  const failed = failuresOf(shares, told);
  const [first] = failed;
  if (first && answers.length === 0) throw first.error;
  const gaps = [...gapsOf(failed), ...answers.flatMap(({ incomplete }) => incomplete ?? [])];
  const minMs = (request.duration ?? usualMinutes) * 60_000;
  const [stale] = answers
    .flatMap((answer) => answer.stale ?? [])
    .sort((a, b) => Date.parse(a.since) - Date.parse(b.since));
  const pieces = merged(answers, failed.some(hidesTimes) ? undefined : minMs);
  return { ...(stale && { stale }), ...answer(pieces, gaps, zone) };
}

interface Failure {
  member: Member;
  error: MailboxError;
}

/** Events of it that nobody read may take a time. */
function hidesTimes({ member }: Failure): boolean {
  return !member.notSetUp;
}

/** Without those of accounts that have no calendar of a name another has. @throws MailboxError where none has it */
function failuresOf(shares: readonly Share[], told: readonly Told<FreeBusy>[]): Failure[] {
  const outcomes = shares.map(({ member, sought }, index) => ({ member, sought, error: told[index]?.error }));
  const failed = outcomes.flatMap(({ member, error, sought }) => {
    if (!error) return [];
    if (sought === undefined || !isNotFound(error)) return [{ member, error }];
    const others = outcomes.filter((outcome) => outcome.sought === sought);
    if (others.every((other) => other.error && isNotFound(other.error))) throw error;
    return [];
  });
  return [...new Map(failed.map((failure) => [failure.member, failure])).values()];
}

function gapsOf(failed: readonly Failure[]): CalendarIncomplete {
  const reason =
    'No free time is named, for what could not be read may take it. Asked one by one, with account, the accounts ' +
    'that answer tell theirs.';
  return [
    ...(failed.some(hidesTimes) ? [{ where: 'free', code: 'unavailable', reason }] : []),
    ...failed.map(({ member, error }) => ({ where: member.name, code: error.code, reason: error.message })),
  ];
}

/** In turn, none over another. @param minMs length of a free slot; undefined where none may be named */
function merged(answers: readonly FreeBusy[], minMs: number | undefined): Piece[] {
  const taken = answers.flatMap(({ busy }) => busy);
  const of = (status: 'busy' | 'tentative') =>
    union(taken.filter((piece) => piece.status === status).map(spanOf));
  const busy = of('busy');
  const tentative = subtract(of('tentative'), busy);
  const [first, ...others] = answers.map(({ free }) => free.map(spanOf));
  const common = others.reduce(intersection, first ?? []);
  const free = minMs === undefined ? [] : common.filter(({ from, to }) => to - from >= minMs);
  const as = (status: Piece['status']) => (span: Span) => ({ ...span, status });
  return [...busy.map(as('busy')), ...tentative.map(as('tentative')), ...free.map(as('free'))].sort(
    (a, b) => a.from - b.from,
  );
}

function spanOf({ start, end }: { start: string; end: string }): Span {
  return { from: Date.parse(start), to: Date.parse(end) };
}

/** As much as an answer holds, cut in time. */
function answer(all: readonly Piece[], gaps: CalendarIncomplete, zone: string): FreeBusy {
  const shown = all.map(({ from, to, status }) => ({
    ...{ start: formatInstant(new Date(from), zone), end: formatInstant(new Date(to), zone) },
    status,
  }));
  const known = incompleteField(gaps);
  const listed = shown.slice(0, withinBytes(shown, defaultListBytes - spareBytes - jsonBytes(known)));
  const next = shown[listed.length];
  return {
    timezone: zone,
    busy: listed.flatMap(({ status, ...span }) => (status === 'free' ? [] : [{ ...span, status }])),
    free: listed.flatMap(({ status, ...span }) => (status === 'free' ? [span] : [])),
    ...incompleteField([...(next ? [cutAt(next.start)] : []), ...gaps]),
  };
}

function cutAt(time: string): CalendarIncomplete[number] {
  const reason = `Only what begins before ${time} has room here. Ask again from there, or for a shorter range.`;
  return { where: `from ${time}`, code: 'cut', reason };
}
