import type { Element } from './tree.ts';

/** Longer alternative texts describe for machines, or try to speak to one. */
const maxAltChars = 60;

/** Elements before and after which a line ends. */
export const blockNames: ReadonlySet<string> = new Set(
  (
    'div section article aside header footer main nav address center form fieldset legend caption figcaption ' +
    'summary details tr td th li dt dd option body'
  ).split(' '),
);

/** Mail programs that turn plain text into HTML keep its line ends by style. */
export function keepsLineEnds({ name, attribs }: Element): boolean {
  if (name === 'pre' || name === 'textarea') return true;
  return attribs.style !== undefined && /white-space\s*:\s*(?:pre|break-spaces)/iu.test(attribs.style);
}

/** What stands for a picture: `[alt]`, or nothing. Whether the picture is seen at all is judged before. */
export function pictureText({ attribs }: Element): string {
  const text = attribs.alt?.replace(/[\s[\]]+/gu, ' ').trim() ?? '';
  return text !== '' && text.length <= maxAltChars ? `[${text}]` : '';
}
