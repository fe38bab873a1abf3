/** The window a mail is read in, for media queries: a desktop client in light mode. */
const window = { width: 1024, height: 768 };

/** Whether a media query list (`screen and (max-width: 600px), print`) holds in our window. Unknown features do not. */
export function mediaApplies(list: string): boolean {
  const queries = list.slice(0, 2_000).toLowerCase().split(',');
  return list.trim() === '' || queries.some(queryApplies);
}

function queryApplies(query: string): boolean {
  const [, not, type = 'all'] = /^\s*(?:only\s+|(not)\s+)?([a-z]+(?!\w*\())?/u.exec(query) ?? [];
  const features = query.match(/\([^()]*\)/gu) ?? [];
  const join = /\)\s*or\s*\(/u.test(query) ? 'some' : 'every';
  const holds = ['all', 'screen'].includes(type) && (features.length === 0 || features[join](featureHolds));
  return not ? !holds : holds;
}

function featureHolds(feature: string): boolean {
  const [name = '', value = ''] = feature
    .slice(1, -1)
    .split(':')
    .map((part) => part.trim());
  const length = pixels(value);
  switch (name.replace('device-', '')) {
    case 'min-width':
      return length !== undefined && window.width >= length;
    case 'max-width':
      return length !== undefined && window.width <= length;
    case 'min-height':
      return length !== undefined && window.height >= length;
    case 'max-height':
      return length !== undefined && window.height <= length;
    case 'prefers-color-scheme':
      return value === 'light';
    case 'orientation':
      return value === 'landscape';
    case 'hover':
      return value !== 'none';
    case '-webkit-min-pixel-ratio':
    case 'min-resolution':
      return Number.parseFloat(value) <= 1;
    default:
      return name === 'color' || name === 'width' || name === 'height';
  }
}

function pixels(value: string): number | undefined {
  const [, number, unit = 'px'] = /^(\d*\.?\d+)(px|em|rem)?$/u.exec(value) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (unit === 'px' ? 1 : 16);
}
