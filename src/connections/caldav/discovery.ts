import type { DavAnswer, DavRequest } from '../dav/answer.ts';
import type { Ask } from '../dav/client.ts';
import { notDav, redirected, refusal } from '../dav/errors.ts';
import { hrefPath } from '../dav/href.ts';
import type { DavResponse } from '../dav/multistatus.ts';
import { childOf, textOf } from '../dav/xml.ts';
import { propfind } from './requests.ts';

/** Where discovery begins: what the first resource that speaks DAV says of the account. */
export interface DavEntryPoint {
  /** Where it answered. */
  path: string;
  /** Undefined where the server names none; then `path` itself may be a home or a calendar. */
  principal: string | undefined;
}

const mostRedirects = 5;

/**
 * Asks the configured address for the user's principal, then `/.well-known/caldav` (RFC 6764 §6, RFC 5397).
 * @throws MailboxError
 */
export async function findEntryPoint(ask: Ask, url: URL): Promise<DavEntryPoint> {
  let known: DavEntryPoint | undefined;
  let failure: Error | undefined;
  for (const start of [url.pathname, '/.well-known/caldav']) {
    const request = await propfind(start, '0', ['d:current-user-principal', 'd:resourcetype']);
    const { answer, path } = await followed(ask, request, url);
    const self = answer.multistatus?.responses[0];
    if (self) {
      const principal = principalOf(self, new URL(path, url));
      if (principal !== undefined) return { path, principal };
      known ??= { path, principal };
      continue;
    }
    const isMissing = [200, 204, 207, 400, 404, 405, 410, 501].includes(answer.status);
    if (!isMissing && !known) throw refusal(request, answer, Date.now());
    failure ??= new Error(`PROPFIND ${path} ${answer.status}`);
  }
  if (known) return known;
  throw notDav(failure);
}

/** Follows redirects within the same origin; elsewhere the password would go to somebody else. */
export async function followed(
  ask: Ask,
  request: DavRequest,
  url: URL,
): Promise<{ answer: DavAnswer; path: string }> {
  let { path } = request;
  for (let hops = 0; ; hops++) {
    const answer = await ask({ ...request, path });
    const { location } = answer.headers;
    if (![301, 302, 307, 308].includes(answer.status) || location === undefined) return { answer, path };
    const base = new URL(path, url);
    const target = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
    if (hops >= mostRedirects || target?.origin !== url.origin) throw redirected(new Error(location));
    path = target.pathname + target.search;
  }
}

function principalOf({ props }: DavResponse, base: URL): string | undefined {
  const href = textOf(childOf(props.get('{DAV:}current-user-principal'), '{DAV:}href'));
  if (href === undefined) return undefined;
  const path = hrefPath(href, base);
  if (path === undefined) throw redirected(new Error(href));
  return path;
}
