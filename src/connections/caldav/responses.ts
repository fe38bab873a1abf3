import { bareTag } from '../dav/etag.ts';
import type { DavResponse } from '../dav/multistatus.ts';
import { textOf } from '../dav/xml.ts';
import { caldavNs } from './collections.ts';
import type { DavResource } from './types.ts';

/** Null for a resource that is gone, undefined where the server tells no tag. */
export type EntryState = string | undefined | null;

/** The tag of the resource a response is about. */
export function stateIn({ status, props }: DavResponse): EntryState {
  return status === 404 || status === 410 ? null : etagIn(props);
}

/** Undefined where the response does not hold its text. */
export function resourceIn({ status = 200, props }: DavResponse, href: string): DavResource | undefined {
  const ics = props.get(`${caldavNs}calendar-data`)?.text;
  if (status >= 300 || !ics) return undefined;
  const scheduleTag = bareTag(textOf(props.get(`${caldavNs}schedule-tag`)));
  return { href, etag: etagIn(props), scheduleTag, ics: withCrLf(ics) };
}

export function etagIn(props: DavResponse['props']): string | undefined {
  return bareTag(textOf(props.get('{DAV:}getetag')));
}

/** XML turns every line end into a line feed (XML 1.0 §2.11), iCalendar has CRLF (RFC 5545 §3.1). */
function withCrLf(text: string): string {
  const lines = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
  return lines.replaceAll('\n', '\r\n');
}
