import type { Certificates } from './certificates.ts';
import { passwordOf } from './dovecot-config.ts';
import { type HttpAnswer, httpRequest } from './http-request.ts';
import { freePorts } from './ports.ts';
import { ServerProcess } from './server-process.ts';

/** A real CalDAV server over TLS. Calendars are named by the last segment of their path. */
export abstract class CalendarServer extends ServerProcess {
  readonly certificates: Certificates;
  port = 0;

  constructor(dir: string, certificates: Certificates) {
    super(dir);
    this.certificates = certificates;
  }

  get url(): string {
    return `https://${this.host}:${this.port}/`;
  }

  /** PEM file a client must trust. */
  get caFile(): string {
    return this.certificates.caFile;
  }

  user(name: string): { address: string; password: string } {
    return { address: `${name}@rig.test`, password: passwordOf(name) };
  }

  /** The environment that points our server at this user's calendars. */
  env(name: string): Record<string, string> {
    const { address, password } = this.user(name);
    return {
      MAILBOX_EMAIL: address,
      MAILBOX_PASSWORD: password,
      // Nobody listens there: no test may ask mailbox.org.
      MAILBOX_IMAP_HOST: '127.0.0.1',
      MAILBOX_SMTP_HOST: '127.0.0.1',
      MAILBOX_CALDAV_URL: this.url,
      MAILBOX_CA_FILE: this.caFile,
    };
  }

  /** Path of a calendar, with its slash, or of what is in it, in the spelling of `DavEntry.href`. */
  abstract path(name: string, calendar: string, resource?: string): string;

  /** As another program would: PUT, over what is there. Resolves to the ETag. */
  async put(name: string, calendar: string, resource: string, ics: string): Promise<string> {
    const headers = { 'content-type': 'text/calendar; charset=utf-8' };
    const path = this.path(name, calendar, resource);
    return (await this.must([201, 204], name, 'PUT', path, headers, ics)).headers.etag ?? '';
  }

  /** The stored text; undefined when it is not there. */
  async get(name: string, calendar: string, resource: string): Promise<string | undefined> {
    const { status, text } = await this.request(name, 'GET', this.path(name, calendar, resource));
    return status === 200 ? text : undefined;
  }

  async delete(name: string, calendar: string, resource = ''): Promise<void> {
    await this.must([200, 204], name, 'DELETE', this.path(name, calendar, resource));
  }

  /** Any request as that user, on a connection of its own. */
  async request(
    name: string,
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<HttpAnswer> {
    const { address: user, password } = this.user(name);
    const url = new URL(path, this.url).href;
    return await httpRequest({ url, method, user, password, caFile: this.caFile, headers, body });
  }

  /** @throws Error when it is answered with another status */
  protected async must(
    wanted: readonly number[],
    ...request: Parameters<CalendarServer['request']>
  ): Promise<HttpAnswer> {
    const answer = await this.request(...request);
    if (wanted.includes(answer.status)) return answer;
    const [, method, path] = request;
    throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  }

  protected async choosePorts(): Promise<void> {
    [this.port = 0] = await freePorts(1);
  }
}
