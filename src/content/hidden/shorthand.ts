import { judgeGrammar } from './grammar.ts';

/** What no longhand takes. */
const invalid = 'invalid';

const sides = ['top', 'right', 'bottom', 'left'];

/**
 * What a declaration sets, shorthands taken apart: a later longhand then speaks again, and the shorthand resets what
 * it does not name. A value of '' stands for the initial or inherited one.
 */
export function longhands(property: string, value: string): [string, string][] {
  switch (property) {
    case 'inset':
      return fourSides(value).map((part, at) => [sides[at] ?? '', part]);
    case 'margin':
    case 'padding':
      return fourSides(value).map((part, at) => [`${property}-${sides[at]}`, part]);
    case 'background':
      return [
        [property, value],
        ['background-color', ''],
        ['background-image', ''],
        ['background-clip', ''],
        ['background-size', ''],
        ['background-repeat', ''],
        ['background-position', ''],
      ];
    case 'font':
      if (judgeGrammar(property, value) === 'invalid')
        return [
          ['font-size', invalid],
          ['line-height', invalid],
        ];
      return [
        ['font-size', sizeInShorthand(value)],
        ['line-height', /\/\s*([^\s]+)/u.exec(value)?.[1] ?? 'normal'],
      ];
    default:
      return [[property, value]];
  }
}

/** The parts of a value between blanks; what stands in brackets stays together. */
export function partsOf(value: string): string[] {
  return value.match(/(?:[^\s()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+/gu) ?? [];
}

/** The parts between commas; what stands in brackets stays together. */
export function argumentsOf(list: string): string[] {
  const parts = list.match(/(?:[^,()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+/gu) ?? [];
  return parts.map((part) => part.trim());
}

/** The functions of a value, without hyphens before their names, with what stands in their brackets; outermost only. */
export function callsIn(value: string): [string, string][] {
  const calls =
    value.match(
      /(?<![\w-])-{0,2}[a-z][\w-]{0,60}\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)/gu,
    ) ?? [];
  return calls.map((call) => {
    const open = call.indexOf('(');
    return [call.slice(0, open).replace(/^-+/u, ''), call.slice(open + 1, -1)];
  });
}

/** Top, right, bottom, left, as one to four values say it. */
function fourSides(value: string): string[] {
  const parts = partsOf(value);
  if (parts.length > sides.length) return sides.map(() => invalid);
  const [top = '', right = top, bottom = top, left = right] = parts;
  return [top, right, bottom, left];
}

function sizeInShorthand(font: string): string {
  const [beforeFamily = ''] = font.split(/["']/u);
  const size = partsOf(beforeFamily.replaceAll('/', ' ')).find(
    (part) =>
      (/^[\d.]+(?:[a-z]+|%)?$/u.test(part) && !/^[1-9]00$/u.test(part)) ||
      /^(?:calc|min|max|clamp)\(/u.test(part),
  );
  return size ?? '';
}
