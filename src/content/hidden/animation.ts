import type { Declaration } from '../style-sheet/declarations.ts';
import type { Keyframes } from '../style-sheet/keyframes.ts';
import { argumentsOf, partsOf } from './shorthand.ts';
import type { Style } from './style.ts';

/** Seconds after which nobody waits for what comes. */
const longWait = 30;

/** What the animations of an element declare once they have run, or as long as they stand or run on (CSS Animations 1). */
export function animated(style: Style, keyframes: ReadonlyMap<string, Keyframes>): Declaration[] {
  if (keyframes.size === 0) return [];
  const lists = [style.get('animation') ?? '', style.get('animation-name') ?? ''].flatMap(argumentsOf);
  return lists.flatMap((list) => {
    const parts = partsOf(list);
    const name = parts.find((part) => [...keyframes.keys()].some((key) => key.toLowerCase() === part));
    const [, frames] = [...keyframes].find(([key]) => key.toLowerCase() === name) ?? [];
    if (!frames) return [];
    const said = (property: string) => [...parts, style.get(`animation-${property}`) ?? ''];
    if (said('play-state').includes('paused')) return [...frames.first];
    if (said('iteration-count').includes('infinite') || said('duration').some(isLong))
      return [...frames.always];
    return said('fill-mode').some((mode) => mode === 'forwards' || mode === 'both') ? [...frames.last] : [];
  });
}

function isLong(time: string): boolean {
  const [, number, unit] = /^([\d.]+)(m?s)$/u.exec(time) ?? [];
  return Number(number) / (unit === 'ms' ? 1000 : 1) > longWait;
}
