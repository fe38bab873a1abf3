import { type Block, type CssNode, generate, parse, type Rule, type Selector } from 'css-tree';
import { type Document, type Element, elementsOf, textOf } from './html-tree.ts';
import { type Declaration, declaration } from './style-sheet-declarations.ts';
import { mediaApplies } from './style-sheet-media.ts';
import { asSheet, nestedSource, unnested } from './style-sheet-nesting.ts';
import { compiled, keyOf, keysOf, specificityOf } from './style-sheet-selector.ts';

export interface StyleSheet {
  /** What the sheets declare for an element, weakest first. */
  declarationsFor(element: Element): readonly Declaration[];
  /** More or stranger style sheets than mail needs: some rules were left out. */
  truncated: boolean;
}

interface StyleRule {
  specificity: number;
  order: number;
  declarations: readonly Declaration[];
  matches: (element: Element) => boolean;
}

/** Where in the sheet a rule stands: how deep, and inside the rules of which selectors. */
interface Place {
  depth: number;
  parents: readonly Selector[];
}

/** Their rules hold as if they stood outside. */
const transparentAtRules = new Set(['supports', 'layer', 'container', 'scope']);

const maxSheetChars = 500_000;
const maxRules = 3_000;
const maxSelectorChars = 500;
const maxNesting = 8;
/** Steps through the tree all selectors together may take; real mail needs some hundred thousand. */
const maxSteps = 3_000_000;

/** The `<style>` elements of a document as far as they can hide text (CSS cascade, light desktop window). Never throws. */
export function readStyleSheet(document: Document): StyleSheet {
  const reader = new SheetReader();
  for (const element of elementsOf(document)) {
    if (element.name === 'style' && mediaApplies(element.attribs.media ?? '')) reader.read(textOf(element));
  }
  return reader;
}

class SheetReader implements StyleSheet {
  truncated = false;
  /** Rules by the id, class or tag name their last part names: few are tried for each element. */
  private readonly buckets = new Map<string, StyleRule[]>();
  private count = 0;
  private length = 0;
  private steps = 0;

  read(css: string): void {
    this.length += css.length;
    if (this.length > maxSheetChars) this.truncated = true;
    else {
      try {
        this.collect(parsed(css), { depth: 0, parents: [] });
      } catch (error) {
        // Absurd nesting overflows the parser's stack; anything else is a fault of ours.
        if (!(error instanceof RangeError)) throw error;
        this.truncated = true;
      }
    }
  }

  declarationsFor(element: Element): readonly Declaration[] {
    if (this.steps > maxSteps) return unjudged;
    if (this.buckets.size === 0) return [];
    try {
      const rules = keysOf(element)
        .flatMap((key) => this.buckets.get(key) ?? [])
        .filter((rule) => rule.matches(element));
      if (rules.length > 1) rules.sort((a, b) => a.specificity - b.specificity || a.order - b.order);
      return rules.flatMap(({ declarations }) => declarations);
    } catch (error) {
      if (!(error instanceof StepLimit)) throw error;
      this.truncated = true;
      return unjudged;
    }
  }

  private collect(node: CssNode, place: Place): void {
    if (node.type === 'Rule') this.addRule(node, place);
    else if (node.type === 'StyleSheet') for (const child of node.children) this.collect(child, place);
    else if (node.type === 'Atrule' && node.block) {
      const name = node.name.toLowerCase();
      const prelude = node.prelude ? generate(node.prelude) : '';
      const applies = name === 'media' ? mediaApplies(prelude) : transparentAtRules.has(name);
      if (applies) this.addBlock(node.block, place);
    }
  }

  private addRule({ prelude, block }: Rule, { depth, parents }: Place): void {
    if (prelude.type !== 'SelectorList') return;
    const own = prelude.children.toArray().filter((selector) => selector.type === 'Selector');
    const outside = parents.length === 0 ? own : this.unnest(own, parents);
    if (outside.length > 0) this.addBlock(block, { depth, parents: outside });
  }

  /** Every selector below every parent: costs what as many rules cost. */
  private unnest(own: readonly Selector[], parents: readonly Selector[]): Selector[] {
    const found: Selector[] = [];
    for (const parent of parents) {
      if (this.count >= maxRules) break;
      const text = generate(parent);
      this.count += own.length;
      found.push(
        ...own.map((selector) => unnested(selector, text)).filter((outside) => outside !== undefined),
      );
    }
    this.truncated ||= found.length < own.length * parents.length;
    return found;
  }

  private addBlock(block: Block, place: Place): void {
    const declarations: Declaration[] = [];
    const nested: CssNode[] = [];
    for (const node of block.children) {
      const source = nestedSource(node);
      if (source !== undefined) nested.push(parsed(asSheet(source)));
      else if (node.type !== 'Declaration') nested.push(node);
      else if (node.value.type === 'Raw') {
        const declared = declaration(node.property, node.value.value, node.important !== false);
        if (declared) declarations.push(declared);
      }
    }
    if (declarations.length > 0)
      for (const selector of place.parents) this.addSelector(selector, declarations);
    if (nested.length > 0 && place.depth >= maxNesting) this.truncated = true;
    else for (const node of nested) this.collect(node, { ...place, depth: place.depth + 1 });
  }

  private addSelector(selector: Selector, declarations: readonly Declaration[]): void {
    const text = generate(selector);
    if (this.count >= maxRules || text.length > maxSelectorChars) {
      this.truncated = true;
      return;
    }
    this.count += 1;
    const key = keyOf(selector);
    const rule = {
      specificity: specificityOf(selector),
      order: this.count,
      declarations,
      matches: this.matcher(text),
    };
    const bucket = this.buckets.get(key);
    if (bucket) bucket.push(rule);
    else this.buckets.set(key, [rule]);
  }

  /** Compiles on first use: most rules of a newsletter are for devices and elements that are not there. */
  private matcher(selector: string): (element: Element) => boolean {
    let test: ((element: Element) => boolean) | undefined;
    return (element) => {
      test ??= compiled(selector, () => this.spend());
      return test(element);
    };
  }

  private spend(): void {
    this.steps += 1;
    if (this.steps > maxSteps) throw new StepLimit();
  }
}

/** What could not be judged is not shown: a sheet made to exhaust us must not smuggle text past. */
const unjudged: readonly Declaration[] = [{ property: 'display', value: 'none', important: true }];

class StepLimit extends Error {}

function parsed(css: string): CssNode {
  return parse(css, { parseValue: false, parseAtrulePrelude: false, onParseError: () => {} });
}
