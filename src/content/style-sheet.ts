import { compile, type Options } from 'css-select';
import { type CssNode, generate, parse, type Rule, type Selector } from 'css-tree';
import { type ChildNode, type Document, type Element, elementsOf, isElement, textOf } from './html-tree.ts';
import { type Declaration, declaration } from './style-sheet-declarations.ts';
import { mediaApplies } from './style-sheet-media.ts';

type AnyNode = ChildNode | Document;

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

const maxSheetChars = 500_000;
const maxRules = 3_000;
const maxSelectorChars = 500;
const maxNesting = 8;
const maxClasses = 50;
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
        const sheet = parse(css, { parseValue: false, parseAtrulePrelude: false, onParseError: () => {} });
        this.collect(sheet, 0);
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

  private collect(node: CssNode, depth: number): void {
    if (node.type === 'Rule') this.addRule(node);
    else if (node.type === 'StyleSheet' || node.type === 'Block') {
      for (const child of node.children) this.collect(child, depth);
    } else if (node.type === 'Atrule' && node.block && depth < maxNesting) {
      const name = node.name.toLowerCase();
      const prelude = node.prelude ? generate(node.prelude) : '';
      const applies =
        name === 'media' ? mediaApplies(prelude) : ['supports', 'layer', 'container'].includes(name);
      if (applies) this.collect(node.block, depth + 1);
    }
  }

  private addRule({ prelude, block }: Rule): void {
    const declarations: Declaration[] = [];
    for (const node of block.children) {
      if (node.type !== 'Declaration' || node.value.type !== 'Raw') continue;
      const declared = declaration(node.property, node.value.value, node.important !== false);
      if (declared) declarations.push(declared);
    }
    if (declarations.length === 0 || prelude.type !== 'SelectorList') return;
    for (const selector of prelude.children) {
      if (selector.type === 'Selector') this.addSelector(selector, declarations);
    }
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

/** What css-select does not know (pseudo-elements, `:hover` and the like) never matches in mail either. */
function compiled(selector: string, spend: () => void): (element: Element) => boolean {
  try {
    return compile<AnyNode, Element>(selector, { adapter: adapter(spend), quirksMode: true });
  } catch {
    return () => false;
  }
}

/** What could not be judged is not shown: a sheet made to exhaust us must not smuggle text past. */
const unjudged: readonly Declaration[] = [{ property: 'display', value: 'none', important: true }];

class StepLimit extends Error {}

function keysOf({ name, attribs }: Element): string[] {
  const keys = ['*', name];
  if (attribs.id) keys.push(`#${attribs.id.toLowerCase()}`);
  const classes = attribs.class?.toLowerCase().split(/\s+/u).slice(0, maxClasses) ?? [];
  for (const name of new Set(classes)) keys.push(`.${name}`);
  return keys;
}

function keyOf(selector: Selector): string {
  let key = '*';
  for (const part of selector.children) {
    if (part.type === 'Combinator') key = '*';
    else if (part.type === 'IdSelector') key = `#${part.name.toLowerCase()}`;
    else if (part.type === 'ClassSelector' && !key.startsWith('#')) key = `.${part.name.toLowerCase()}`;
    else if (part.type === 'TypeSelector' && key === '*') key = part.name.toLowerCase();
  }
  return key.includes('\\') || key.includes('|') ? '*' : key;
}

function specificityOf(selector: Selector): number {
  let specificity = 0;
  for (const { type } of selector.children) {
    if (type === 'IdSelector') specificity += 1_000_000;
    else if (type === 'ClassSelector' || type === 'AttributeSelector' || type === 'PseudoClassSelector') {
      specificity += 1_000;
    } else if (type === 'TypeSelector') specificity += 1;
  }
  return specificity;
}

function adapter(spend: () => void): NonNullable<Options<AnyNode, Element>['adapter']> {
  return {
    isTag: (node): node is Element => {
      spend();
      return isElement(node);
    },
    getAttributeValue: (element, name) => element.attribs[name],
    getChildren: (node) => ('children' in node ? node.children : []),
    getName: (element) => element.name,
    getParent: (element) => {
      spend();
      return element.parent;
    },
    getSiblings: (node) => node.parent?.children ?? [node],
    prevElementSibling: (node) => {
      let before: ChildNode | null = node.prev as ChildNode | null;
      while (before && !isElement(before)) {
        spend();
        before = before.prev;
      }
      return before;
    },
    getText: () => '',
    hasAttrib: (element, name) => Object.hasOwn(element.attribs, name),
    removeSubsets: (nodes) => nodes,
    equals: (first, second) => {
      spend();
      return first === second;
    },
  };
}
