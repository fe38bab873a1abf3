import { type Atrule, type Block, type CssNode, generate, type Rule, type Selector } from 'css-tree';
import { judgeCondition, type Verdict } from './condition.ts';
import { type Declaration, declaration } from './declarations.ts';
import { type Keyframes, readKeyframes } from './keyframes.ts';
import { type Layer, Layers } from './layers.ts';
import { judgeMedia } from './media.ts';
import { asSheet, nestedSource, unnested } from './nesting.ts';
import { parseCss } from './parse.ts';
import type { ReadRule, Registered } from './rules.ts';
import { readScope, type Scope } from './scope.ts';
import { forgivenSelectors, isCommon } from './selector.ts';
import { importedSheet } from './source.ts';
import { judgeSupports } from './supports.ts';

/** Where in the sheet a rule stands: how deep, inside the rules of which selectors, under which conditions. */
interface Place {
  depth: number;
  parents: readonly Selector[];
  layer: Layer | undefined;
  scopes: readonly Scope[];
  /** It holds for some readers only. */
  maybe: boolean;
}

const maxSheetChars = 500_000;
const maxRules = 3_000;
const maxSelectorChars = 500;
const maxNesting = 8;

/** Takes the rules out of style sheets, as far as they may hold where mail is read. */
export class SheetReader {
  truncated = false;
  readonly layers = new Layers();
  readonly keyframes = new Map<string, Keyframes>();
  readonly registered = new Map<string, Registered>();
  private readonly take: (rule: ReadRule) => void;
  private readonly contained: boolean;
  private count = 0;
  private length = 0;

  /** `contained`: the document has containers whose size `@container` may ask for. */
  constructor(take: (rule: ReadRule) => void, contained: boolean) {
    this.take = take;
    this.contained = contained;
  }

  read(css: string, verdict: Verdict = 'yes'): void {
    this.length += css.length;
    if (this.length > maxSheetChars) this.truncated = true;
    else {
      const top = { depth: 0, parents: [], layer: undefined, scopes: [], maybe: verdict === 'maybe' };
      try {
        this.collect(parsed(css), top);
      } catch (error) {
        // Absurd nesting overflows the parser's stack; anything else is a fault of ours.
        if (!(error instanceof RangeError)) throw error;
        this.truncated = true;
      }
    }
  }

  private collect(node: CssNode, place: Place): void {
    if (node.type === 'Rule') this.addRule(node, place);
    else if (node.type === 'StyleSheet') for (const child of node.children) this.collect(child, place);
    else if (node.type === 'Atrule') this.addAtrule(node, place);
  }

  private addAtrule(rule: Atrule, place: Place): void {
    const name = rule.name.toLowerCase();
    const prelude = rule.prelude ? generate(rule.prelude) : '';
    if (!rule.block) this.addStatement(name, prelude, place);
    else if (/^(?:-\w+-)?keyframes$/u.test(name))
      this.keyframes.set(
        prelude.replace(/["']/gu, ''),
        readKeyframes(rule, (block) => this.own(block, place)),
      );
    else if (name === 'property') this.register(prelude.trim(), rule.block);
    else {
      const inner = this.inside(name, prelude, place);
      if (inner) this.addBlock(rule.block, inner);
    }
  }

  private addStatement(name: string, prelude: string, place: Place): void {
    const sheet = name === 'import' ? importedSheet(prelude) : undefined;
    if (sheet && sheet.verdict !== 'no') this.read(sheet.css, sheet.verdict);
    if (name === 'layer') for (const layer of prelude.split(',')) this.layers.enter(layer, place.layer);
  }

  /** The place inside the block of an at-rule; undefined where its rules hold for nobody. */
  private inside(name: string, prelude: string, place: Place): Place | undefined {
    const where = (verdict: Verdict) =>
      verdict === 'no' ? undefined : { ...place, maybe: place.maybe || verdict === 'maybe' };
    switch (name) {
      case 'media':
        return where(judgeMedia(prelude));
      case 'supports':
        return where(judgeSupports(prelude));
      case 'container':
        return where(this.judgeContainer(prelude));
      case 'layer':
        return { ...place, layer: this.layers.enter(prelude, place.layer) };
      case 'scope': {
        const scope = readScope(prelude);
        return scope ? { ...place, scopes: [...place.scopes, scope] } : where('maybe');
      }
      case 'starting-style':
        return undefined;
      default:
        return undefined;
    }
  }

  /** Nobody knows the size of a container before the mail is laid out; where there is none, its query fails. */
  private judgeContainer(prelude: string): Verdict {
    const condition = prelude.replace(/^\s*(?!not\b)[\w-]+(?=[\s(])(?<!style)/iu, '');
    return judgeCondition(condition, (feature) =>
      this.contained || feature.startsWith('style(') ? 'maybe' : 'no',
    );
  }

  private register(name: string, block: Block): void {
    const said = new Map<string, string>();
    for (const node of block.children)
      if (node.type === 'Declaration') said.set(node.property.toLowerCase(), generate(node.value).trim());
    const value = said.get('initial-value');
    if (value !== undefined) this.registered.set(name, { value, inherits: said.get('inherits') !== 'false' });
  }

  private addRule({ prelude, block }: Rule, place: Place): void {
    const own =
      prelude.type === 'SelectorList'
        ? prelude.children.toArray().filter((selector) => selector.type === 'Selector')
        : forgivenSelectors(prelude.value);
    if (!own.every(isCommon)) return;
    const outside = place.parents.length === 0 ? own : this.unnest(own, place.parents);
    if (outside.length > 0) this.addBlock(block, { ...place, parents: outside });
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
    const declarations = this.own(block, place);
    if (declarations.length > 0)
      for (const selector of place.parents) this.addSelector(selector, declarations, place);
    const nested = nestedIn(block);
    if (nested.length > 0 && place.depth >= maxNesting) this.truncated = true;
    else for (const node of nested) this.collect(node, { ...place, depth: place.depth + 1 });
  }

  /** What the block itself declares, without the rules in it. */
  private own(block: Block, { maybe }: Place): Declaration[] {
    const declarations: Declaration[] = [];
    for (const node of block.children) {
      if (node.type !== 'Declaration' || nestedSource(node) !== undefined || node.value.type !== 'Raw')
        continue;
      const declared = declaration(node.property, node.value.value, node.important !== false);
      if (declared) declarations.push(maybe ? { ...declared, maybe } : declared);
    }
    return declarations;
  }

  private addSelector(selector: Selector, declarations: readonly Declaration[], place: Place): void {
    if (this.count >= maxRules || generate(selector).length > maxSelectorChars) {
      this.truncated = true;
      return;
    }
    this.count += 1;
    this.take({ selector, declarations, layer: place.layer, scopes: place.scopes });
  }
}

function nestedIn(block: Block): CssNode[] {
  return block.children.toArray().flatMap((node): CssNode[] => {
    const source = nestedSource(node);
    if (source !== undefined) return [parsed(asSheet(source))];
    return node.type === 'Declaration' ? [] : [node];
  });
}

function parsed(css: string): CssNode {
  return parseCss(css, { parseValue: false, parseAtrulePrelude: false, onParseError: () => {} });
}
