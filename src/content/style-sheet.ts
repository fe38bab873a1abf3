import type { HtmlTree } from './html/parser.ts';
import { type Element, elementsOf } from './html/tree.ts';
import { type Declaration, unjudged } from './style-sheet/declarations.ts';
import type { Keyframes } from './style-sheet/keyframes.ts';
import { SheetReader } from './style-sheet/reader.ts';
import { type Registered, type StyleRule, StyleRules } from './style-sheet/rules.ts';
import { sheetOf } from './style-sheet/source.ts';

export interface StyleSheet {
  /** What the sheets declare for an element, weakest first: among the important ones as among the others. */
  declarationsFor(element: Element): readonly Declaration[];
  keyframes: ReadonlyMap<string, Keyframes>;
  /** Custom properties that `@property` gives a value of their own. */
  registered: ReadonlyMap<string, Registered>;
  /** Some rule is for what style sheets put before or behind elements. */
  generates: boolean;
  /** More or stranger style sheets than mail needs: some rules were left out. */
  truncated: boolean;
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
  const rules = new StyleRules(quirks, sheetsUnread);
  const reader = new SheetReader((rule) => rules.add(rule), contained);
  for (const { css, verdict } of sheets) if (verdict !== 'no') reader.read(css, verdict);
  return new ReadSheet(
    rules,
    reader,
    sheets.some(({ css }) => generated.test(css)),
  );
}

class ReadSheet implements StyleSheet {
  private readonly rules: StyleRules;
  private readonly reader: SheetReader;
  readonly generates: boolean;

  constructor(rules: StyleRules, reader: SheetReader, generates: boolean) {
    this.rules = rules;
    this.reader = reader;
    this.generates = generates;
  }

  get truncated(): boolean {
    return this.reader.truncated || this.rules.exhausted;
  }

  get keyframes(): ReadonlyMap<string, Keyframes> {
    return this.reader.keyframes;
  }

  get registered(): ReadonlyMap<string, Registered> {
    return this.reader.registered;
  }

  declarationsFor(element: Element): readonly Declaration[] {
    const rules = this.rules.matching(element);
    if (rules === undefined) return unjudged;
    if (rules.length === 0) return [];
    const rank = ({ layer }: StyleRule) => this.reader.layers.rankOf(layer);
    const declarations = (sorted: readonly StyleRule[], important: boolean) =>
      sorted.flatMap((rule) => rule.declarations.filter((declared) => declared.important === important));
    const normal = rules.toSorted((a, b) => rank(a) - rank(b) || byWeight(a, b));
    const important = normal.toSorted((a, b) => rank(b) - rank(a));
    return [...declarations(normal, false), ...declarations(important, true)];
  }
}

function byWeight(a: StyleRule, b: StyleRule): number {
  return a.specificity - b.specificity || a.order - b.order;
}
