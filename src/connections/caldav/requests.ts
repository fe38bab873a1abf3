import type { DavRequest, Want } from '../dav/answer.ts';

/**
 * Requests in the words of tsdav, which writes them soundly. We send them and read the answers ourselves: tsdav takes one
 * missing resource for the failure of a whole report, and turns texts into numbers.
 */

/** A property with tsdav's prefixes: `d` DAV, `c` CalDAV, `cs` calendarserver.org, `ca` Apple. */
export type PropName = `${'d' | 'c' | 'cs' | 'ca'}:${string}`;

/** The home stands in `url` for tsdav only; the path alone is sent. */
const anywhere = 'https://server.invalid';

export async function propfind(
  path: string,
  depth: '0' | '1',
  names: readonly PropName[],
): Promise<DavRequest> {
  const tsdav = await import('tsdav');
  return await written(path, 'multistatus', (fetch) =>
    tsdav.propfind({ url: anywhere, props: empty(names), depth, fetch }),
  );
}

const tags: readonly PropName[] = ['d:getetag'];
const tagsAndData: readonly PropName[] = ['d:getetag', 'c:schedule-tag', 'c:calendar-data'];

/** What changed since the token; without one everything there is (RFC 6578 §3.2, Depth 0). */
export async function syncReport(
  path: string,
  token: string | undefined,
  withData: boolean,
): Promise<DavRequest> {
  const tsdav = await import('tsdav');
  return await written(path, 'multistatus', (fetch) =>
    tsdav.syncCollection({
      ...{ url: anywhere, props: empty(withData ? tagsAndData : tags), syncLevel: 1, syncToken: token ?? '' },
      headers: { depth: '0' },
      fetch,
    }),
  );
}

/** The resources with their data and tags (RFC 4791 §7.9). */
export async function multigetReport(path: string, hrefs: readonly string[]): Promise<DavRequest> {
  const tsdav = await import('tsdav');
  // What writes the XML below takes a literal `&amp;` for an escaped one.
  const objectUrls = hrefs.map((href) => href.replaceAll('&', '%26'));
  const props = empty(tagsAndData);
  return await written(path, 'multistatus', (fetch) =>
    tsdav.calendarMultiGet({ url: anywhere, props, objectUrls, depth: '1', fetch }),
  );
}

function empty(names: readonly PropName[]): Record<PropName, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

/** What tsdav hands to its `fetch`, which answers nothing. */
async function written(
  path: string,
  want: Want,
  call: (fetch: typeof globalThis.fetch) => Promise<unknown>,
): Promise<DavRequest> {
  let request: DavRequest | undefined;
  await call(async (_url, { method = '', headers, body } = {}) => {
    request = { method, path, headers: plain(headers), body: String(body ?? ''), want };
    return new Response(null, { status: 204 });
  });
  if (!request) throw new Error('tsdav wrote no request');
  return request;
}

/** Packed answers are welcome: the tags are in the XML, where no proxy alters them. */
function plain(headers: RequestInit['headers']): Record<string, string> {
  return { ...Object.fromEntries(new Headers(headers)), 'accept-encoding': 'gzip' };
}
