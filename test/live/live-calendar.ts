import type { AccountConfig } from '../../src/config/config.ts';
import { passwordOf } from '../../src/connections/password-command.ts';
import { type HttpAnswer, httpRequest } from '../servers/http-request.ts';
import { isLeftover } from './mark.ts';

/** A calendar of the test's own, made and read as any other program would: by plain requests (RFC 4791, RFC 6764). */
export class LiveCalendar {
  readonly url: string;
  readonly #account: AccountConfig;

  /** @throws Error when the server lets nobody make a calendar */
  static async make(account: AccountConfig, name: string): Promise<LiveCalendar> {
    const home = await homeOf(account);
    const url = new URL(`${name}/`, home).href;
    const displayName = `<D:set><D:prop><D:displayname>${name}</D:displayname></D:prop></D:set>`;
    const body = `<mkcalendar xmlns="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:">${displayName}</mkcalendar>`;
    await ask(account, 'MKCALENDAR', url, body);
    // Open-Xchange gives it a path of its own.
    const made = (await calendarsIn(account, home)).find((calendar) => calendar.name === name);
    return new LiveCalendar(account, made?.url ?? url);
  }

  constructor(account: AccountConfig, url: string) {
    this.#account = account;
    this.url = url;
  }

  /** The stored iCalendar texts. */
  async held(): Promise<string[]> {
    const { text } = await ask(this.#account, 'PROPFIND', this.url, propfind('<getetag/>'), '1');
    const urls = responsesIn(text).map((response) => new URL(hrefIn(response, ''), this.url).href);
    const objects = urls.filter((url) => !url.endsWith('/'));
    return await Promise.all(objects.map(async (url) => (await ask(this.#account, 'GET', url)).text));
  }

  async remove(): Promise<void> {
    await ask(this.#account, 'DELETE', this.url);
  }
}

/**
 * Removes the calendars that runs interrupted more than an hour ago left.
 * @returns their names
 */
export async function sweepCalendars(account: AccountConfig, now: number): Promise<string[]> {
  const calendars = await calendarsIn(account, await homeOf(account));
  const left = calendars.filter(({ name }) => isLeftover(name, now));
  for (const { url } of left) await new LiveCalendar(account, url).remove();
  return left.map(({ name }) => name);
}

/** @throws Error when the account has no calendars */
async function homeOf(account: AccountConfig): Promise<string> {
  if (account.caldavUrl === undefined) throw new Error('The account has no calendars.');
  const principal = await hrefOf(account, account.caldavUrl, '<current-user-principal/>');
  return await hrefOf(account, principal, '<calendar-home-set xmlns="urn:ietf:params:xml:ns:caldav"/>');
}

async function calendarsIn(account: AccountConfig, home: string): Promise<{ name: string; url: string }[]> {
  const { text } = await ask(account, 'PROPFIND', home, propfind('<displayname/>'), '1');
  return responsesIn(text).map((response) => {
    const [, name = ''] = /<(?:\w+:)?displayname[^>]*>(?:<!\[CDATA\[)?([^<\]]*)/u.exec(response) ?? [];
    return { name: name.trim(), url: new URL(hrefIn(response, ''), home).href };
  });
}

function propfind(properties: string): string {
  return `<propfind xmlns="DAV:"><prop>${properties}</prop></propfind>`;
}

async function hrefOf(account: AccountConfig, url: string, property: string): Promise<string> {
  const { text } = await ask(account, 'PROPFIND', url, propfind(property), '0');
  const name = /^<([\w-]+)/u.exec(property)?.[1] ?? '';
  const [, inner = ''] = new RegExp(`<[^>]*${name}[^>]*>(.*?)</[^>]*${name}>`, 'su').exec(text) ?? [];
  return new URL(hrefIn(inner, ''), url).href;
}

function responsesIn(text: string): string[] {
  return text.split(/<(?:\w+:)?response[\s>]/u).slice(1);
}

function hrefIn(text: string, otherwise: string): string {
  return /<(?:\w+:)?href[^>]*>([^<]+)</u.exec(text)?.[1]?.trim() ?? otherwise;
}

async function ask(
  account: AccountConfig,
  method: string,
  url: string,
  body = '',
  depth?: string,
): Promise<HttpAnswer> {
  const password = await passwordOf(account.davPassword)();
  const headers = { 'content-type': 'text/xml; charset=utf-8', ...(depth ? { depth } : {}) };
  const login = { user: account.username, password, caFile: account.caFile };
  const answer = await httpRequest({ url, method, headers, body, ...login });
  if (answer.status < 300) return answer;
  if (answer.status === 401) {
    throw new Error(
      `${new URL(url).host} refused the login of ${account.username}: the password of MAILBOX_DAV_PASSWORD (or its command) is not right for it.`,
    );
  }
  throw new Error(`${method} ${url}: ${answer.status} ${answer.text.slice(0, 500)}`);
}
