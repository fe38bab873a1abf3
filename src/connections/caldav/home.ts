import type { DavAnswer, DavRequest } from '../dav/answer.ts';
import type { DavClient } from '../dav/client.ts';
import { notDav, redirected } from '../dav/errors.ts';
import { collectionPath, hrefPath } from '../dav/href.ts';
import type { DavResponse } from '../dav/multistatus.ts';
import { childrenOf, textOf } from '../dav/xml.ts';
import { settledSince } from './change-marks.ts';
import { caldavNs, calendarUrl, collectionOf, collectionProps, ctagProp, untoldOf } from './collections.ts';
import { type DavEntryPoint, followed } from './discovery.ts';
import { type PropName, propfind } from './requests.ts';
import type { CollectionState, DavCollection, DavHome } from './types.ts';

const principalProps: readonly PropName[] = [
  'c:calendar-home-set',
  'c:calendar-user-address-set',
  'c:schedule-default-calendar-URL',
  'c:schedule-inbox-URL',
];

/** Some servers read all files to tell one of them (Radicale): each is asked for only where it is needed. */
export interface AskedStates {
  tokens: boolean;
  ctags: boolean;
}

/** What discovery found, and the paths of the collections that hold the calendars. */
export interface FoundHome {
  home: DavHome;
  paths: readonly string[];
}

/** What lies in one collection of calendars. */
interface Listing {
  path: string;
  collections: DavCollection[];
  defaultUrl: string | undefined;
  schedules: boolean;
}

/**
 * The calendars of the account and how it schedules: the principal's home set, or the entry point itself where the
 * server has no principals. @throws MailboxError
 */
export async function readHome(
  client: DavClient,
  entry: DavEntryPoint,
  signal: AbortSignal,
): Promise<FoundHome> {
  const self = entry.principal === undefined ? undefined : await principalAt(client, entry.principal, signal);
  const homes = self ? pathsIn(self, `${caldavNs}calendar-home-set`, client.url) : [];
  const listings: Listing[] = [];
  for (const path of homes.length > 0 ? homes : [entry.path]) {
    listings.push(await listHome(client, path, signal));
  }
  const collections = unique(listings.flatMap((listing) => listing.collections));
  if (homes.length === 0 && collections.length === 0) throw notDav(new Error('no calendar-home-set'));
  const told = listings.find((listing) => listing.defaultUrl)?.defaultUrl;
  const home = {
    collections,
    addresses: self ? addressesOf(self) : [],
    schedules: listings.some(({ schedules }) => schedules),
    defaultUrl: self && !told ? await defaultOf(client, self, signal) : told,
  };
  return { home, paths: listings.map(({ path }) => path) };
}

/** Where new events go, by the principal or by its inbox, which some servers only answer for itself (Cyrus). */
async function defaultOf(
  client: DavClient,
  principal: DavResponse,
  signal: AbortSignal,
): Promise<string | undefined> {
  const name = `${caldavNs}schedule-default-calendar-URL`;
  const [path] = pathsIn(principal, name, client.url);
  if (path !== undefined) return collectionUrl(path, client.url);
  const [inbox] = pathsIn(principal, `${caldavNs}schedule-inbox-URL`, client.url);
  if (inbox === undefined) return undefined;
  const request = await propfind(inbox, '0', ['c:schedule-default-calendar-URL']);
  const { multistatus } = await client.read(request, signal, [403, 404]);
  const [found] = multistatus?.responses.flatMap((response) => pathsIn(response, name, client.url)) ?? [];
  return found === undefined ? undefined : collectionUrl(found, client.url);
}

/**
 * The state of each calendar by its URL, as phones ask for it before they synchronise.
 * @throws MailboxError
 */
export async function readStates(
  client: DavClient,
  paths: readonly string[],
  { tokens, ctags }: AskedStates,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, CollectionState>> {
  const props: PropName[] = ['d:resourcetype', 'd:getlastmodified'];
  if (tokens) props.push('d:sync-token');
  if (ctags) props.push(ctagProp.request);
  const states = new Map<string, CollectionState>();
  for (const path of paths) {
    const answer = await client.read(await propfind(path, '1', props), signal);
    if (!answer.multistatus?.responses.length)
      throw notDav(new Error(`PROPFIND of the home ${answer.status}`));
    for (const response of answer.multistatus.responses) {
      const url = calendarUrl(response, new URL(path, client.url));
      const text = (name: string) => textOf(response.props.get(name));
      if (url === undefined) continue;
      const state = { syncToken: text('{DAV:}sync-token'), ctag: text(ctagProp.name) };
      states.set(url, { ...state, settledSince: settledSince(response, answer) });
    }
  }
  return states;
}

/** Names of the DAV header: what the server can do at this place. */
export function capabilitiesIn({ headers }: DavAnswer): string[] {
  const header = headers.dav;
  const text = Array.isArray(header) ? header.join(',') : (header ?? '');
  return text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim().toLowerCase()]));
}

export function optionsRequest(path: string): DavRequest {
  return { method: 'OPTIONS', path, want: 'status' };
}

async function principalAt(client: DavClient, path: string, signal: AbortSignal): Promise<DavResponse> {
  const { answer } = await find(client, await propfind(path, '0', principalProps), signal);
  const [self] = answer.multistatus?.responses ?? [];
  if (!self) throw notDav(new Error(`PROPFIND of the principal ${answer.status}`));
  return self;
}

async function listHome(client: DavClient, home: string, signal: AbortSignal): Promise<Listing> {
  const request = await propfind(home, '1', collectionProps);
  const { answer, path } = await find(client, request, signal);
  const { multistatus } = answer;
  // The home itself is always among them (RFC 4918 §9.1): none at all is no answer.
  if (!multistatus?.responses.length) throw notDav(new Error(`PROPFIND of the home ${answer.status}`));
  const base = new URL(path, client.url);
  const found = multistatus.responses.map(
    (response) => untoldOf(response, base) ?? collectionOf(response, base, settledSince(response, answer)),
  );
  const defaults = multistatus.responses.flatMap((response) =>
    pathsIn(response, `${caldavNs}schedule-default-calendar-URL`, client.url),
  );
  const [first] = defaults;
  return {
    path,
    collections: found.filter((collection) => collection !== undefined),
    defaultUrl: first === undefined ? undefined : collectionUrl(first, client.url),
    schedules: (await davClasses(client, answer, path, signal)).includes('calendar-auto-schedule'),
  };
}

/** Many servers tell in every answer what they can do, some only when they are asked (RFC 4918 §10.1). */
async function davClasses(
  client: DavClient,
  answer: DavAnswer,
  path: string,
  signal: AbortSignal,
): Promise<string[]> {
  const told = capabilitiesIn(answer);
  if (told.includes('calendar-access')) return told;
  return capabilitiesIn(await client.read(optionsRequest(path), signal, [404, 405, 501]));
}

/** Redirects within the server are followed: a missing slash is the usual reason. */
async function find(client: DavClient, request: DavRequest, signal: AbortSignal) {
  const redirects = [301, 302, 307, 308];
  return await followed((asked) => client.read(asked, signal, redirects), request, client.url);
}

/** @throws MailboxError when one lies on another host */
function pathsIn({ props }: DavResponse, name: string, url: URL): string[] {
  const hrefs = childrenOf(props.get(name), '{DAV:}href').map((href) => textOf(href));
  return hrefs
    .filter((href) => href !== undefined)
    .map((href) => {
      const path = hrefPath(href, url);
      if (path === undefined) throw redirected(new Error(href));
      return collectionPath(path);
    });
}

function collectionUrl(path: string, url: URL): string {
  return new URL(collectionPath(path), url).href;
}

/** `mailto:` addresses; the rest of a calendar-user-address-set are paths and UUIDs. */
function addressesOf({ props }: DavResponse): string[] {
  const hrefs = childrenOf(props.get(`${caldavNs}calendar-user-address-set`), '{DAV:}href');
  const addresses = hrefs.flatMap((href) => /^mailto:(.+@.+)$/iu.exec(href.text.trim())?.[1] ?? []);
  return [...new Set(addresses.map((address) => unescaped(address).toLowerCase()))];
}

function unescaped(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

function unique(collections: readonly DavCollection[]): DavCollection[] {
  return [...new Map(collections.map((collection) => [collection.url, collection])).values()];
}
