import { generate, type Selector } from 'css-tree';
import type { Element } from '../html/tree.ts';
import { Budget } from './budget.ts';
import type { Declaration } from './declarations.ts';
import type { Layer } from './layers.ts';
import { RuleIndex, type StyleRule } from './rule-index.ts';
import { inScope, type Scope } from './scope.ts';
import { compiled, keyOf, keysOf, looksAtElementOnly, selectorsOf, specificityOf } from './selector.ts';
import { Siblings } from './siblings.ts';

/** What one selector of one rule says. */
export interface ReadRule {
  selector: Selector;
  declarations: readonly Declaration[];
  layer: Layer | undefined;
  scopes: readonly Scope[];
}

/** A custom property as `@property` has it. */
export interface Registered {
  value: string;
  inherits: boolean;
}

/**
 * Steps through the tree that all selectors together may take which look beyond the element, and one of them; and what
 * all others may. Real mail needs some million. A rule that costs more hides nothing: what it says to other elements
 * is not known, and text is not taken from a reader for that.
 */
const most = { beyond: 3_000_000, alone: 1_500_000, plain: 2_000_000 };

/** The rules of all style sheets of a document. */
export class StyleRules {
  private readonly quirks: boolean;
  private readonly siblings = new Siblings();
  private readonly spendable = { beyond: new Budget(most.beyond), plain: new Budget(most.plain) };
  private readonly beyond = new RuleIndex(this.spendable.beyond);
  private readonly plain = new RuleIndex(this.spendable.plain);
  private order = 0;

  constructor(quirks: boolean) {
    this.quirks = quirks;
  }

  /** Some rule was too costly to be judged for all elements. */
  get exhausted(): boolean {
    return this.beyond.exhausted || this.plain.exhausted;
  }

  add({ selector, scopes, ...rule }: ReadRule): void {
    this.order += 1;
    const inner = scopes.at(-1);
    const standing = inner ? ofScope(selector, inner) : selector;
    const isPlain = scopes.length === 0 && looksAtElementOnly(standing);
    const budget = isPlain ? this.spendable.plain : new Budget(most.alone, this.spendable.beyond);
    const bounds = scopes.map((scope) => this.bound(scope, budget));
    const own = this.matcher(standing, budget);
    const index = isPlain ? this.plain : this.beyond;
    index.add(keyOf(standing), {
      ...rule,
      specificity: specificityOf(standing),
      order: this.order,
      budget,
      matches: (element: Element) => own(element) && bounds.every((holds) => holds(element)),
    });
  }

  /** The rules for an element in no order, without those whose judgement costs more than mail is worth. */
  matching(element: Element): StyleRule[] {
    if (this.order === 0) return [];
    const keys = keysOf(element);
    return [...this.plain.matching(element, keys), ...this.beyond.matching(element, keys)];
  }

  private bound({ roots, limits }: Scope, budget: Budget): (element: Element) => boolean {
    const any = (selectors: readonly Selector[]) => {
      const tests = selectors.map((selector) => this.matcher(selector, budget));
      return (element: Element) => tests.some((test) => test(element));
    };
    const [isRoot, isLimit] = [any(roots), any(limits)];
    return (element) => inScope(element, isRoot, isLimit);
  }

  /** Compiles on first use: most rules of a newsletter are for devices and elements that are not there. */
  private matcher(selector: Selector, budget: Budget): (element: Element) => boolean {
    let test: ((element: Element) => boolean) | undefined;
    const { quirks, siblings } = this;
    return (element) => {
      budget.spend();
      test ??= compiled(selector, { quirks, siblings, spend: () => budget.spend() });
      return test(element);
    };
  }
}

/** `:scope` and `&` are the root of the scope. */
function ofScope(selector: Selector, { roots }: Scope): Selector {
  const text = generate(selector);
  const root = `:is(${roots.map((root) => generate(root)).join(',')})`;
  return selectorsOf(text.replace(/:scope\b|&/gu, root))[0] ?? selector;
}
