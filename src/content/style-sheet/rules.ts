import { generate, type Selector } from 'css-tree';
import type { Element } from '../html/tree.ts';
import type { Declaration } from './declarations.ts';
import { inScope, type Scope } from './scope.ts';
import { compiled, keyOf, keysOf, selectorsOf, specificityOf } from './selector.ts';

/** What one selector of one rule says. */
export interface ReadRule {
  selector: Selector;
  declarations: readonly Declaration[];
  layer: string | undefined;
  scopes: readonly Scope[];
}

export interface StyleRule extends Pick<ReadRule, 'declarations' | 'layer'> {
  specificity: number;
  order: number;
  matches: (element: Element) => boolean;
}

/** A custom property as `@property` has it. */
export interface Registered {
  value: string;
  inherits: boolean;
}

/** Steps through the tree all selectors together may take; real mail needs some hundred thousand. */
const maxSteps = 3_000_000;

/** Rules by the id, class or tag name their last part names: few are tried for each element. */
export class StyleRules {
  private readonly buckets = new Map<string, StyleRule[]>();
  private readonly quirks: boolean;
  private order = 0;
  private steps = 0;

  /** `incomplete`: there are rules that nobody has read, so that no element can be judged. */
  constructor(quirks: boolean, incomplete: boolean) {
    this.quirks = quirks;
    if (incomplete) this.steps = Number.POSITIVE_INFINITY;
  }

  get exhausted(): boolean {
    return this.steps > maxSteps;
  }

  add({ selector, scopes, ...rule }: ReadRule): void {
    this.order += 1;
    const inner = scopes.at(-1);
    const standing = inner ? ofScope(selector, inner) : selector;
    const bounds = scopes.map((scope) => this.bound(scope));
    const own = this.matcher(standing);
    const read = {
      ...rule,
      specificity: specificityOf(standing),
      order: this.order,
      matches: (element: Element) => own(element) && bounds.every((holds) => holds(element)),
    };
    const key = keyOf(standing);
    const bucket = this.buckets.get(key);
    if (bucket) bucket.push(read);
    else this.buckets.set(key, [read]);
  }

  /** The rules for an element in no order; undefined when finding out costs more than mail is worth. */
  matching(element: Element): StyleRule[] | undefined {
    if (this.exhausted) return undefined;
    if (this.buckets.size === 0) return [];
    try {
      return keysOf(element)
        .flatMap((key) => this.buckets.get(key) ?? [])
        .filter((rule) => rule.matches(element));
    } catch (error) {
      if (!(error instanceof StepLimit)) throw error;
      return undefined;
    }
  }

  private bound({ roots, limits }: Scope): (element: Element) => boolean {
    const any = (selectors: readonly Selector[]) => {
      const tests = selectors.map((selector) => this.matcher(selector));
      return (element: Element) => tests.some((test) => test(element));
    };
    const [isRoot, isLimit] = [any(roots), any(limits)];
    return (element) => inScope(element, isRoot, isLimit);
  }

  /** Compiles on first use: most rules of a newsletter are for devices and elements that are not there. */
  private matcher(selector: Selector): (element: Element) => boolean {
    let test: ((element: Element) => boolean) | undefined;
    return (element) => {
      test ??= compiled(selector, this.quirks, () => this.spend());
      return test(element);
    };
  }

  private spend(): void {
    this.steps += 1;
    if (this.exhausted) throw new StepLimit();
  }
}

/** `:scope` and `&` are the root of the scope. */
function ofScope(selector: Selector, { roots }: Scope): Selector {
  const text = generate(selector);
  const root = `:is(${roots.map((root) => generate(root)).join(',')})`;
  return selectorsOf(text.replace(/:scope\b|&/gu, root))[0] ?? selector;
}

class StepLimit extends Error {}
