import { calculate } from '../hidden/calc.ts';
import { every, judgeCondition, opposite, some, type Verdict } from './condition.ts';

/** The windows mail is read in on a desktop, in CSS pixels: what is for telephones only is not for them. */
const windows = { width: { least: 1024, most: 2560 }, height: { least: 600, most: 1600 } };

/** What a light desktop says of itself; where readers differ, nothing stands here. */
const known: Readonly<Record<string, string>> = {
  'prefers-color-scheme': 'light',
  orientation: 'landscape',
  grid: '0',
  'forced-colors': 'none',
  'inverted-colors': 'none',
  hover: 'hover',
  'any-hover': 'hover',
  pointer: 'fine',
  'any-pointer': 'fine',
  'prefers-reduced-motion': 'no-preference',
  'prefers-reduced-transparency': 'no-preference',
  'prefers-reduced-data': 'no-preference',
  'prefers-contrast': 'no-preference',
};

/** Features whose value differs between readers, or their programs. */
const differing =
  /^(?:(?:any-)?(?:hover|pointer)|prefers-[\w-]+|update|overflow-(?:block|inline)|color-(?:gamut|index)|monochrome|display-mode|dynamic-range|video-[\w-]+|scripting|environment-blending|nav-controls|device-posture|shape|scan|light-level|(?:min-|max-)?(?:aspect-ratio|color|color-index|monochrome)|-(?:moz|webkit)-[\w-]+)$/u;

const sized = /^(?:(min|max)-)?(?:device-)?(width|height|inline-size|block-size)$/u;
/** `-webkit-min-device-pixel-ratio`, `min--moz-device-pixel-ratio`, `min-resolution`. */
const resolution = /^(?:(min|max)-)?(?:device-pixel-ratio|resolution)$/u;

/** Whether a media query list (`screen and (max-width: 600px), print`) holds where mail is read. */
export function judgeMedia(list: string): Verdict {
  if (list.trim() === '') return 'yes';
  return some(list.slice(0, 2_000).toLowerCase().split(',').map(judgeQuery));
}

function judgeQuery(query: string): Verdict {
  const [head = '', not, type] =
    /^\s*(?:only\s+|(not)\s+)?([a-z-]+)(?=\s|$)(?:\s+and(?=[\s(]))?/u.exec(query) ?? [];
  if (type === undefined || type === 'not') return judgeCondition(query, judgeFeature);
  const ofType: Verdict = ['all', 'screen'].includes(type) ? 'yes' : 'no';
  const rest = query.slice(head.length).trim();
  const holds = rest === '' ? ofType : every([ofType, judgeCondition(rest, judgeFeature)]);
  return not ? opposite(holds) : holds;
}

/** A feature as in a media or container query: `min-width: 600px`, `400px <= width < 800px`, `hover`. */
export function judgeFeature(feature: string): Verdict {
  if (/[<>=]/u.test(feature)) return judgeRange(feature);
  const [name = '', value] = feature.split(':').map((part) => part.trim());
  const [, bound, side] = sized.exec(name) ?? [];
  if (side !== undefined) {
    if (value === undefined) return 'yes';
    return compare(side, bound === 'min' ? '>=' : bound === 'max' ? '<=' : '=', value);
  }
  const known = judgeKnown(name, value);
  if (known !== undefined) return known;
  const ratio = resolution.exec(name.replace(/-?(?:webkit|moz|o)-/u, ''));
  if (ratio) return judgeResolution(ratio[1], value);
  return differing.test(name) ? 'maybe' : 'no';
}

function judgeKnown(name: string, value: string | undefined): Verdict | undefined {
  if (name === 'color' && value === undefined) return 'yes';
  const ours = known[name];
  if (ours === undefined) return undefined;
  const isSaid = value === undefined ? !['none', '0', 'no-preference'].includes(ours) : ours === value;
  return isSaid ? 'yes' : 'no';
}

/** No screen has less than one dot for a pixel; many have more. */
function judgeResolution(bound: string | undefined, value = '0'): Verdict {
  const dots = Number.parseFloat(value) / (value.endsWith('dpi') ? 96 : value.endsWith('dpcm') ? 37.8 : 1);
  if (bound === 'min' && dots <= 1) return 'yes';
  return bound !== 'min' && dots < 1 ? 'no' : 'maybe';
}

const mirrored: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

/** Media Queries 4, §2.4.3. */
function judgeRange(feature: string): Verdict {
  const parts = feature.split(/(<=|>=|<|>|=)/u).map((part) => part.trim());
  const [first = '', operator = '', second = '', further, third = ''] = parts;
  const [, , side] = sized.exec(first) ?? [];
  if (side !== undefined && further === undefined) return compare(side, operator, second);
  const [, , middle] = sized.exec(second) ?? [];
  if (middle === undefined) return 'maybe';
  const before = compare(middle, mirrored[operator] ?? '', first);
  return further === undefined ? before : every([before, compare(middle, further, third)]);
}

function compare(side: string, operator: string, value: string): Verdict {
  const { least, most } = /width|inline/u.test(side) ? windows.width : windows.height;
  const at = pixels(value);
  if (at === undefined) return 'no';
  if (operator === '=') return at < least || at > most ? 'no' : 'maybe';
  const [all, none] = operator.startsWith('>') ? [at <= least, at > most] : [at >= most, at < least];
  return all ? 'yes' : none ? 'no' : 'maybe';
}

/** Media queries know no font but the reader's own. */
function pixels(value: string): number | undefined {
  const sizes: Readonly<Record<string, number>> = {
    '': 1,
    px: 1,
    em: 16,
    rem: 16,
    pt: 4 / 3,
    cm: 37.8,
    mm: 3.78,
    in: 96,
  };
  return calculate(value, (amount, unit) => {
    const size = sizes[unit];
    return size === undefined ? undefined : amount * size;
  });
}
