import { MailboxError } from '../../domain/errors.ts';
import type { DavAnswer } from '../dav/answer.ts';
import type { DavClient } from '../dav/client.ts';
import { Answered } from '../dav/errors.ts';
import { bareTag, quotedTag } from '../dav/etag.ts';
import { getResource } from './fetch.ts';
import type { Precondition, Stored, WriteOptions } from './types.ts';

const calendarType = 'text/calendar; charset=utf-8';

/** PUT of a new resource. @throws MailboxError */
export async function createResource(
  client: DavClient,
  path: string,
  ics: string,
  { signal, quiet }: WriteOptions,
): Promise<Stored> {
  const headers = { 'content-type': calendarType, 'if-none-match': '*', ...silence(quiet) };
  const request = { method: 'PUT', path, headers, body: ics, want: 'status' } as const;
  try {
    return stored(await client.write(request, signal));
  } catch (error) {
    throw alreadyThere(error);
  }
}

/** PUT over what the precondition names. @throws MailboxError */
export async function updateResource(
  client: DavClient,
  path: string,
  ics: string,
  precondition: Precondition,
  { signal, quiet }: WriteOptions,
): Promise<Stored> {
  const headers = { 'content-type': calendarType, ...conditional(precondition), ...silence(quiet) };
  const request = { method: 'PUT', path, headers, body: ics, want: 'status' } as const;
  return stored(await client.write(request, signal));
}

/** DELETE of what the precondition names; gone already is as good. @throws MailboxError */
export async function removeResource(
  client: DavClient,
  path: string,
  precondition: Precondition,
  { signal, quiet }: WriteOptions,
): Promise<void> {
  const headers = { ...conditional(precondition), ...silence(quiet) };
  try {
    const request = { method: 'DELETE', path, headers, want: 'status' } as const;
    await client.write(request, signal, [404, 410]);
  } catch (error) {
    // No tag matches what is not there (RFC 9110 §13.1.1): somebody else deleted it.
    const isConflict = error instanceof MailboxError && error.code === 'conflict';
    if (!isConflict || (await getResource(client, path, signal)) !== undefined) throw error;
  }
}

/** @throws MailboxError `internal` without a tag: a write must never be a blind one */
function conditional(precondition: Precondition): Record<string, string> {
  const isSchedule = 'scheduleTag' in precondition;
  const tag = bareTag(isSchedule ? precondition.scheduleTag : precondition.etag);
  if (tag === undefined) throw new MailboxError('internal', 'An event cannot be changed without its ETag.');
  return { [isSchedule ? 'if-schedule-tag-match' : 'if-match']: quotedTag(tag) };
}

/** Open-Xchange knows the first, RFC 6638 §8.1 the second. */
function silence(quiet: boolean | undefined): Record<string, string> {
  return quiet ? { scheduling: 'none', 'schedule-reply': 'F' } : {};
}

function stored({ headers }: DavAnswer): Stored {
  const { etag, 'schedule-tag': tag } = headers;
  return { etag: bareTag(etag), scheduleTag: bareTag(Array.isArray(tag) ? tag[0] : tag) };
}

/** To `If-None-Match: *` a 412 says that the name is taken. */
function alreadyThere(error: unknown): unknown {
  if (!(error instanceof MailboxError && error.code === 'conflict' && is412(error))) return error;
  const { cause } = error;
  return new MailboxError('conflict', 'The calendar already holds an event of this name.', { cause });
}

function is412({ cause }: MailboxError): boolean {
  return cause instanceof Answered && cause.status === 412;
}
