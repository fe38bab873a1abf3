import { type ErrorCode, MailboxError } from '../../domain/errors.ts';
import { longestToldMs, tryAgainIn } from '../rate-limit.ts';
import type { DavAnswer, DavRequest } from './answer.ts';
import { preconditionMeaning } from './preconditions.ts';

/** What a refusal means by its status alone, where reading and writing agree. */
const byStatus: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  403: ['forbidden', 'The calendar server does not permit this.'],
  404: ['not_found', 'The calendar server has no such calendar or event.'],
  405: ['unsupported', 'The calendar server does not support this here.'],
  409: ['conflict', 'The calendar server refused the change: it conflicts with what is stored.'],
  410: ['not_found', 'The calendar or event was deleted.'],
  412: ['conflict', 'The event was changed by somebody else in the meantime.'],
  413: ['invalid_input', 'The event is larger than the calendar server takes.'],
  415: ['unsupported', 'The calendar server does not take this kind of data.'],
  423: ['conflict', 'The event is locked by another program.'],
  501: ['unsupported', 'The calendar server does not support this.'],
  507: ['conflict', 'The storage of the calendar account is full.'],
};

const untoldMs = 60_000;

/** What a server answered instead of a success. */
export class Answered extends Error {
  readonly status: number;

  constructor({ method }: DavRequest, { status, preconditions }: DavAnswer) {
    super(`${method} ${status} ${preconditions.join(' ')}`.trim());
    this.status = status;
  }

  /** It refused the request as such, before doing anything. After others something may have been done. */
  get isRefusal(): boolean {
    const { status } = this;
    return (
      (status >= 400 && status < 500 && status !== 412 && status !== 429) || status === 501 || status === 507
    );
  }

  /** It failed, and is not at work any more; a gateway cannot know (502, 504). */
  get isFailure(): boolean {
    return this.status >= 500 && this.status !== 502 && this.status !== 504;
  }
}

/** An answer that is no success, as our own error; `cause` keeps what the server said. */
export function refusal(request: DavRequest, answer: DavAnswer, now: number): MailboxError {
  const { status, preconditions } = answer;
  const cause = new Answered(request, answer);
  const known = preconditionMeaning(preconditions);
  if (known) {
    const { code, message, hint } = known;
    return new MailboxError(code, message, { cause, ...(hint === undefined ? {} : { hint }) });
  }
  const waitMs = retryAfterMs(answer, now);
  if (waitMs !== undefined || status === 429) return busy(waitMs, cause);
  const plain = byStatus[status];
  if (plain) return new MailboxError(...plain, { cause });
  if (isWrite(request) && (status >= 500 || status === 207)) return unknownOutcome(cause);
  if (isWrite(request) && status === 400) {
    return new MailboxError('invalid_input', 'The calendar server refused the event as invalid.', { cause });
  }
  if (status >= 300 && status < 400) return redirected(cause);
  const failed = status >= 500 ? 'failed to answer' : 'refused the request';
  return new MailboxError('unavailable', `The calendar server ${failed}.`, {
    cause,
    retryable: status >= 500,
  });
}

/** A success with something else in it: a login page, a proxy's greeting. */
export function notDav(cause: unknown): MailboxError {
  return new MailboxError('unavailable', 'What answers at MAILBOX_CALDAV_URL is no CalDAV server.', {
    hint: 'Check MAILBOX_CALDAV_URL; for mailbox.org leave it unset.',
    retryable: false,
    cause,
  });
}

/** The password is never sent to where a server points: that needs the user's word. */
export function redirected(cause: unknown): MailboxError {
  return new MailboxError(
    'unavailable',
    'The calendar server points to another address; nothing was sent there.',
    {
      hint: 'If that is intended, set MAILBOX_CALDAV_URL to the address it points to; the log names it.',
      retryable: false,
      cause,
    },
  );
}

export function unknownOutcome(cause: unknown): MailboxError {
  return new MailboxError('unknown_outcome', 'It is not known whether the calendar server made the change.', {
    hint: 'Look at the calendar before doing anything again.',
    cause,
  });
}

/**
 * How long the server wants to be left alone, in milliseconds (RFC 9110 §10.2.3). Only with 429 and 503, which then
 * say that the request was not processed. A date is taken by the clock of the server that told it, where it shows one.
 */
export function retryAfterMs({ status, headers }: DavAnswer, now: number): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || (status !== 429 && status !== 503)) return undefined;
  const waitMs = /^\d+$/u.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - (Date.parse(headers.date ?? '') || now);
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** A wait nobody told is a guess; and after the longest pause we keep it is asked again, whatever the server said. */
function busy(waitMs = untoldMs, cause: unknown): MailboxError {
  return new MailboxError('rate_limited', 'The calendar server allows no further request now.', {
    hint: tryAgainIn(Math.min(waitMs, longestToldMs)),
    cause,
  });
}

export function isWrite({ method }: DavRequest): boolean {
  return method === 'PUT' || method === 'DELETE';
}
