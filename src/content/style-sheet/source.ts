import { type Element, textOf } from '../html/tree.ts';
import type { Verdict } from './condition.ts';
import { judgeMedia } from './media.ts';

/** The text of a style sheet the element is or links to, where that is in the mail, and for whom it holds. */
export function sheetOf(element: Element): { css: string; verdict: Verdict } | undefined {
  const css = cssOf(element);
  return css === undefined ? undefined : { css, verdict: judgeMedia(element.attribs.media ?? '') };
}

function cssOf(element: Element): string | undefined {
  const { name, attribs } = element;
  if (!/^(?:text\/css)?$/iu.test(attribs.type ?? '')) return undefined;
  if (name === 'style') return textOf(element);
  const isLink = name === 'link' && /(?:^|\s)stylesheet(?:\s|$)/iu.test(attribs.rel ?? '');
  return isLink && !/(?:^|\s)alternate(?:\s|$)/iu.test(attribs.rel ?? '')
    ? dataSheet(attribs.href ?? '')
    : undefined;
}

/** The sheet and the conditions of `@import`, where it is written into its address. */
export function importedSheet(prelude: string): { css: string; verdict: Verdict } | undefined {
  const [all = '', , quoted, bare] =
    /^\s*(?:url\(\s*)?(?:(["'])(.*?)\1|([^\s"')]+))\s*\)?/su.exec(prelude) ?? [];
  const css = dataSheet(quoted ?? bare ?? '');
  if (css === undefined) return undefined;
  const conditions = prelude.slice(all.length).trim();
  return { css, verdict: /\(|^layer/u.test(conditions) ? 'maybe' : judgeMedia(conditions) };
}

/** What a `data:` address of type text/css holds (RFC 2397). */
function dataSheet(address: string): string | undefined {
  const [, base64, data = ''] = /^\s*data:text\/css[^,]*?(;base64)?,(.*)$/isu.exec(address) ?? [];
  if (data === '') return undefined;
  if (base64 !== undefined) return Buffer.from(data, 'base64').toString();
  try {
    return decodeURIComponent(data);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return data;
  }
}
