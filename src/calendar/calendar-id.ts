import { createHash } from 'node:crypto';
import type { DavCollection } from '../connections/caldav/types.ts';

type Place = Pick<DavCollection, 'url' | 'name'>;

const maxChars = 24;
/** `familie-3f9a1c`: a piece of the hash of the calendar's URL, which is the same in every session. */
const withHash = /-([0-9a-f]{6})$/u;

/**
 * A short id for each collection, by URL: the display name as a slug where no other has the same, else with a piece of
 * the URL's hash. One that was given out stays with its calendar as long as this lives, and goes to no other.
 */
export class CalendarIds {
  private readonly given = new Map<string, string>();

  of(collections: readonly Place[]): ReadonlyMap<string, string> {
    const taken = new Set(this.given.values());
    const slugs = collections.map((place) => ({ url: place.url, slug: slugOf(place) }));
    for (const { url, slug } of slugs.filter((one) => !this.given.has(one.url))) {
      const isAlone = slugs.every((other) => other.url === url || other.slug !== slug);
      const isFree = isAlone && !taken.has(slug) && !withHash.test(slug);
      this.given.set(url, isFree ? slug : `${slug}-${hashOf(url)}`);
    }
    return this.given;
  }
}

/** Whether an id with a hash is that of the calendar at `url`, also when its own is without by now. */
export function hashNames(id: string, url: string): boolean {
  return withHash.exec(id)?.[1] === hashOf(url);
}

/** What the id would be if nobody else had that name. */
export function slugOf({ url, name }: Place): string {
  const words = (name ?? lastSegment(url))
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
  return createHash('sha256').update(url).digest('hex').slice(0, 6);
}

function lastSegment(url: string): string {
  return url.split('/').filter(Boolean).at(-1) ?? '';
}
