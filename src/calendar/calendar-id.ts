import { createHash } from 'node:crypto';
import type { DavCollection } from '../connections/caldav-types.ts';

const maxChars = 24;

/**
 * A short id for each collection, by URL: the display name as a slug. Where several would have the same, it stays with
 * the default calendar, else with the smallest URL; each other one carries a piece of its URL's hash, so that ids last
 * when another of that name comes or goes.
 */
export function calendarIds(
  collections: readonly DavCollection[],
  defaultUrl: string | undefined,
): ReadonlyMap<string, string> {
  const slugs = collections.map(({ url, name }) => ({ url, slug: slugOf(name ?? lastSegment(url)) }));
  const keepers = new Map<string, string>();
  for (const { url, slug } of slugs) {
    const keeper = keepers.get(slug);
    if (keeper === undefined || url === defaultUrl || (keeper !== defaultUrl && url < keeper)) {
      keepers.set(slug, url);
    }
  }
  return new Map(
    slugs.map(({ url, slug }) => [url, keepers.get(slug) === url ? slug : `${slug}-${hashOf(url)}`]),
  );
}

function slugOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}]+/gu, '-');
  const slug = [...words]
    .slice(0, maxChars)
    .join('')
    .replace(/^-+|-+$/gu, '');
  return slug === '' ? 'calendar' : slug;
}

function hashOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 4);
}

function lastSegment(url: string): string {
  return url.split('/').filter(Boolean).at(-1) ?? '';
}
