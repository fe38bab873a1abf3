import type { IncomingHttpHeaders } from 'node:http';
import type { Calendars, CalendarUser } from './calendars.ts';
import type { Dialect } from './dialect.ts';
import type { Hrefs } from './paths.ts';
import { element, xmlDocument } from './xml.ts';

/** A message the server sent on its own (RFC 6638 §3). */
export interface SchedulingMessage {
  method: 'REQUEST' | 'REPLY' | 'CANCEL';
  from: string;
  to: string;
  uid: string;
}

/** What every request meets. */
export interface DavContext {
  calendars: Calendars;
  dialect: Dialect;
  hrefs: Hrefs;
  clock: () => Date;
  /** It tells organizers and attendees itself. */
  schedules: boolean;
  scheduled: SchedulingMessage[];
  maxResults: number;
  maxResourceSize: number;
}

export interface DavRequest {
  method: string;
  /** As sent, still percent-encoded. */
  path: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
  viewer: CalendarUser;
}

export interface DavAnswer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A request that was refused; `condition` is the name of a precondition (RFC 4918 §16) as in XmlElement. */
export class DavRefusal extends Error {
  readonly status: number;
  readonly condition: string | undefined;
  readonly detail: string;

  /** `detail` is XML inside the condition. */
  constructor(status: number, condition?: string, detail = '') {
    super(condition ?? String(status));
    this.status = status;
    this.condition = condition;
    this.detail = detail;
  }

  get answer(): DavAnswer {
    if (this.condition === undefined) return { status: this.status };
    return xmlAnswer(this.status, 'D:error', element(this.condition, this.detail));
  }
}

export function xmlAnswer(status: number, name: string, content: string): DavAnswer {
  return {
    status,
    headers: { 'Content-Type': 'application/xml; charset=UTF-8' },
    body: xmlDocument(name, content),
  };
}
