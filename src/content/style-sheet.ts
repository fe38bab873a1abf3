import type { HtmlTree } from './html/parser.ts';
import { type Element, elementsOf } from './html/tree.ts';
import { remembered } from './remembered.ts';
import { type Declaration, unjudged } from './style-sheet/declarations.ts';
import type { Keyframes } from './style-sheet/keyframes.ts';
import { SheetReader } from './style-sheet/reader.ts';
import type { StyleRule } from './style-sheet/rule-index.ts';
import { type Registered, StyleRules } from './style-sheet/rules.ts';
import { sheetOf } from './style-sheet/source.ts';

export interface StyleSheet {
  /** What the sheets declare for an element, weakest first: among the important ones as among the others. */
  declarationsFor(element: Element): readonly Declaration[];
  keyframes: ReadonlyMap<string, Keyframes>;
  /** Custom properties that `@property` gives a value of their own. */
  registered: ReadonlyMap<string, Registered>;
  /** Some rule is for what style sheets put before or behind elements. */
  generates: boolean;
  /** More or stranger style sheets than mail needs: some rules were left out, and what they would hide is not known. */
  unjudged: boolean;
}

/** Containers are named by style, be it in an attribute. */
const container = /container(?:-type)?\s*:/iu;
const generated = /:(?:after|before)\b/iu;

/** The style sheets of a document as far as they can hide text (CSS cascade, light desktop window). Never throws. */
export function readStyleSheet({ document, quirks, sheetsUnread }: HtmlTree): StyleSheet {
  const sheets: NonNullable<ReturnType<typeof sheetOf>>[] = [];
  let contained = false;
  for (const element of elementsOf(document)) {
    const sheet = sheetOf(element);
    if (sheet) sheets.push(sheet);
    contained ||= container.test(sheet?.css ?? element.attribs.style ?? '');
  }
  const rules = new StyleRules(quirks);
  const reader = new SheetReader((rule) => rules.add(rule), contained);
  for (const { css, verdict } of sheets) if (verdict !== 'no') reader.read(css, verdict);
  const generates = sheets.some(({ css }) => generated.test(css));
  return new ReadSheet(rules, reader, { generates, unread: sheetsUnread });
}

interface Found {
  generates: boolean;
  unread: boolean;
}

class ReadSheet implements StyleSheet {
  private readonly rules: StyleRules;
  private readonly reader: SheetReader;
  readonly generates: boolean;
  /** There are sheets that nobody has read, so that no element can be judged. */
  private readonly unread: boolean;
  private readonly ordered = new Map<string, readonly Declaration[]>();
  private readonly declared = new WeakMap<Element, readonly Declaration[]>();

  constructor(rules: StyleRules, reader: SheetReader, { generates, unread }: Found) {
    this.rules = rules;
    this.reader = reader;
    this.generates = generates;
    this.unread = unread;
  }

  get unjudged(): boolean {
    return this.reader.truncated || this.rules.exhausted;
  }

  get keyframes(): ReadonlyMap<string, Keyframes> {
    return this.reader.keyframes;
  }

  get registered(): ReadonlyMap<string, Registered> {
    return this.reader.registered;
  }

  declarationsFor(element: Element): readonly Declaration[] {
    return this.unread ? unjudged : remembered(this.declared, element, () => this.cascaded(element));
  }

  /** The same rules match hundreds of elements: what they declare together is put in order once. */
  private cascaded(element: Element): readonly Declaration[] {
    const rules = this.rules.matching(element);
    if (rules.length === 0) return nothing;
    const key = rules.map(({ order }) => order).join();
    let known = this.ordered.get(key);
    if (!known) {
      known = this.inOrder(rules);
      this.ordered.set(key, known);
    }
    return known;
  }

  private inOrder(rules: readonly StyleRule[]): readonly Declaration[] {
    const rank = ({ layer }: StyleRule) => this.reader.layers.rankOf(layer);
    const sorted = rules.toSorted((a, b) => rank(a) - rank(b) || byWeight(a, b));
    const all = sorted.flatMap(({ declarations }) => declarations);
    if (!all.some(({ important }) => important)) return all;
    const reversed = sorted.toSorted((a, b) => rank(b) - rank(a)).flatMap(({ declarations }) => declarations);
    return [...all.filter(({ important }) => !important), ...reversed.filter(({ important }) => important)];
  }
}

const nothing: readonly Declaration[] = [];

function byWeight(a: StyleRule, b: StyleRule): number {
  return a.specificity - b.specificity || a.order - b.order;
}
