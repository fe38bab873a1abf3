import { find } from 'css-tree';
import { type ChildNode, type Element, isElement } from '../html/tree.ts';
import { parseCss } from './parse.ts';

/** Where an element stands among those of its parent, and of them among those of its name; both from 1. */
interface Standing {
  nth: number;
  nthLast: number;
  nthOfType: number;
  nthLastOfType: number;
}

type Count = keyof Standing;

/** Every `step` from `start` on, as `2n+1` says it (CSS Syntax 3, §6). */
interface Steps {
  step: number;
  start: number;
}

type Pseudo = (element: Element, formula?: string | null) => boolean;

/** Counts the children of each parent once, however many rules ask: a table of mail has thousands of rows. */
export class Siblings {
  private readonly standings = new WeakMap<Element, Standing>();
  private readonly formulas = new Map<string, Steps>();

  /** The pseudo-classes that ask where an element stands; those with a formula under the names of `countedName`. */
  readonly pseudos: Readonly<Record<string, Pseudo>> = {
    'first-child': (element) => this.is(element, 'nth'),
    'last-child': (element) => this.is(element, 'nthLast'),
    'only-child': (element) => this.is(element, 'nth') && this.is(element, 'nthLast'),
    'first-of-type': (element) => this.is(element, 'nthOfType'),
    'last-of-type': (element) => this.is(element, 'nthLastOfType'),
    'only-of-type': (element) => this.is(element, 'nthOfType') && this.is(element, 'nthLastOfType'),
    [countedName('nth-child')]: (element, formula) => this.follows(element, 'nth', formula),
    [countedName('nth-last-child')]: (element, formula) => this.follows(element, 'nthLast', formula),
    [countedName('nth-of-type')]: (element, formula) => this.follows(element, 'nthOfType', formula),
    [countedName('nth-last-of-type')]: (element, formula) => this.follows(element, 'nthLastOfType', formula),
  };

  private is(element: Element, count: Count): boolean {
    return this.standingOf(element)[count] === 1;
  }

  private follows(element: Element, count: Count, formula: string | null | undefined): boolean {
    const steps = this.stepsOf(formula ?? '');
    const further = this.standingOf(element)[count] - steps.start;
    return steps.step === 0 ? further === 0 : further % steps.step === 0 && further / steps.step >= 0;
  }

  private standingOf(element: Element): Standing {
    const known = this.standings.get(element);
    if (known) return known;
    if (element.parent) this.count(element.parent.children);
    return this.standings.get(element) ?? alone;
  }

  private count(children: readonly ChildNode[]): void {
    const elements = children.filter(isElement);
    const ofType = new Map<string, number>();
    const last = elements.length + 1;
    for (const [index, element] of elements.entries()) {
      const nthOfType = (ofType.get(element.name) ?? 0) + 1;
      ofType.set(element.name, nthOfType);
      const nth = index + 1;
      this.standings.set(element, { nth, nthLast: last - nth, nthOfType, nthLastOfType: 0 });
    }
    for (const element of elements) {
      const standing = this.standings.get(element);
      if (standing) standing.nthLastOfType = (ofType.get(element.name) ?? 0) + 1 - standing.nthOfType;
    }
  }

  private stepsOf(formula: string): Steps {
    let steps = this.formulas.get(formula);
    if (!steps) {
      steps = readSteps(formula);
      this.formulas.set(formula, steps);
    }
    return steps;
  }
}

/** Nothing stands before the first. */
const never: Steps = { step: 0, start: 0 };
const alone: Standing = { nth: 1, nthLast: 1, nthOfType: 1, nthLastOfType: 1 };

/** Under this name css-select asks us, not itself, which counts from the first sibling for every element. */
export function countedName(pseudo: string): string {
  return `-counted-${pseudo}`;
}

function readSteps(formula: string): Steps {
  const selector = parseCss(`:nth-child(${formula})`, { context: 'selector', onParseError: () => {} });
  const nth = find(selector, ({ type }) => type === 'Nth');
  if (nth?.type !== 'Nth') return never;
  if (nth.nth.type === 'Identifier') return { step: 2, start: nth.nth.name.toLowerCase() === 'odd' ? 1 : 0 };
  return { step: Number(nth.nth.a ?? 0), start: Number(nth.nth.b ?? 0) };
}
