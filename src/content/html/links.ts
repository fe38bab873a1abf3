import { cleanLine } from '../clean.ts';
import { displayDomain, normalDomain, sameOrganisation } from '../domain-name.ts';

const schemes = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** Longer addresses are tracking data nobody can use; their host is what counts. */
const maxHrefChars = 2_000;

/**
 * The link's target, normalised; undefined when it is none a reader may follow (script, data, relative). One longer
 * than `limit` is cut to its host and leads nowhere else.
 */
export function safeHref(href: string | undefined, limit = maxHrefChars): string | undefined {
  const raw = href?.trim() ?? '';
  const absolute = raw.startsWith('//') ? `https:${raw}` : raw;
  if (!URL.canParse(absolute)) return undefined;
  const url = new URL(absolute);
  if (!schemes.has(url.protocol)) return undefined;
  url.username = '';
  url.password = '';
  const text = url.href.replace(/[<>"\s]/gu, encodeURIComponent);
  return text.length > limit ? `${url.protocol}//${url.host}/…` : text;
}

/** Whether the text of a link already says where it goes. */
export function saysTarget(text: string, href: string): boolean {
  return bare(text) === bare(href);
}

function bare(address: string): string {
  return address
    .trim()
    .toLowerCase()
    .replace(/^(?:https?:\/\/|mailto:|tel:)/u, '')
    .replace(/\/$/u, '');
}

/** Top-level domains that make a bare `name.tld` in a link's text an address rather than a file or a sentence. */
const commonTlds =
  'com|org|net|edu|gov|info|biz|eu|de|at|ch|li|fr|it|es|nl|be|lu|pl|cz|dk|se|no|fi|ie|pt|gr|hu|ro|ru|ua|tr|uk|us|ca|au|nz|jp|cn|in|br|mx|io|co|me|tv|app|dev|shop|online|site|xyz|bank|berlin|koeln|hamburg|bayern|wien|swiss';

const shownUrl = /\bhttps?:\/\/([^\s/?#<>"'()]{1,253})/iu;
const shownHost = new RegExp(
  `^(?:[a-z0-9.-]*[@])?((?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}(?:${commonTlds}))(?:[/?#:]\\S*)?$`,
  'iu',
);

/** The host a link's text names, if it names one; normalised. */
function namedHost(text: string): string | undefined {
  const host = shownUrl.exec(text)?.[1] ?? shownHost.exec(text)?.[1];
  return normalDomain(host?.replace(/^[^@]*@/u, '').replace(/:\d*$/u, ''));
}

/** The two hosts when a link's text names another organisation's than the one it leads to. */
export function hostMismatch(text: string, href: string): { text: string; href: string } | undefined {
  const shown = namedHost(cleanLine(text, 300));
  const actual = targetHost(href);
  if (!shown || !actual || sameOrganisation(shown, actual)) return undefined;
  return { text: displayDomain(shown), href: displayDomain(actual) };
}

function targetHost(href: string): string | undefined {
  const url = URL.canParse(href) ? new URL(href) : undefined;
  if (url?.protocol === 'mailto:') return normalDomain(url.pathname.split('@').at(-1));
  return url?.protocol.startsWith('http') ? normalDomain(url.hostname) : undefined;
}
