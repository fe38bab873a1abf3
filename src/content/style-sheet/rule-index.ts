import type { Element } from '../html/tree.ts';
import { type Budget, Overspent } from './budget.ts';
import type { Declaration } from './declarations.ts';
import type { Layer } from './layers.ts';

export interface StyleRule {
  declarations: readonly Declaration[];
  layer: Layer | undefined;
  specificity: number;
  order: number;
  /** What may be spent on `matches`, which throws beyond it. */
  budget: Budget;
  matches: (element: Element) => boolean;
}

/** Rules by the id, class or tag name their last part names: few are tried for each element. */
export class RuleIndex {
  /** Some rule was too costly to be tried on all elements. */
  exhausted = false;
  private readonly rules = new Map<string, StyleRule[]>();
  private readonly budget: Budget;

  /** `budget`: what may be spent on all rules together. */
  constructor(budget: Budget) {
    this.budget = budget;
  }

  add(key: string, rule: StyleRule): void {
    const known = this.rules.get(key);
    if (known) known.push(rule);
    else this.rules.set(key, [rule]);
  }

  /** The rules under the keys that match the element, in no order, without those that are too costly. */
  matching(element: Element, keys: readonly string[]): StyleRule[] {
    const found: StyleRule[] = [];
    for (const key of keys) {
      const rules = this.rules.get(key) ?? [];
      if (this.budget.isSpent) this.exhausted ||= rules.length > 0;
      else for (const rule of rules) if (this.matches(rule, element)) found.push(rule);
    }
    return found;
  }

  private matches(rule: StyleRule, element: Element): boolean {
    if (!rule.budget.isSpent) {
      try {
        return rule.matches(element);
      } catch (error) {
        if (!(error instanceof Overspent)) throw error;
      }
    }
    this.exhausted = true;
    return false;
  }
}
