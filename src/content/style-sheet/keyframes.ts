import { type Atrule, generate } from 'css-tree';
import type { Declaration } from './declarations.ts';

/** What an animation declares at its end, at its beginning, and throughout. */
export interface Keyframes {
  last: readonly Declaration[];
  first: readonly Declaration[];
  /** What every frame says alike. */
  always: readonly Declaration[];
}

/** Reads `@keyframes`; `declarations` gives those of a frame's block. */
export function readKeyframes(
  { block }: Atrule,
  declarations: (block: NonNullable<Atrule['block']>) => readonly Declaration[],
): Keyframes {
  const frames: { at: string[]; declared: readonly Declaration[] }[] = [];
  for (const node of block?.children ?? []) {
    if (node.type !== 'Rule') continue;
    const at = generate(node.prelude).toLowerCase().split(',');
    frames.push({ at, declared: declarations(node.block).filter(({ important }) => !important) });
  }
  const at = (names: readonly string[]) =>
    frames
      .filter(({ at }) => at.some((name) => names.includes(name.trim())))
      .flatMap(({ declared }) => declared);
  const [first, last] = [at(['from', '0%']), at(['to', '100%'])];
  // A frame that is not there is as the element is without the animation.
  const all = [first, last, ...frames.map(({ declared }) => declared)];
  const always = last.filter(({ property, value }) =>
    all.every((declared) => declared.some((other) => other.property === property && other.value === value)),
  );
  return { first, last, always };
}
