import { type Element, isElement } from '../html/tree.ts';
import { type Declaration, parseDeclarations } from '../style-sheet/declarations.ts';
import { computeVariables, substituted, unknown, VariableScope } from '../style-sheet/variables.ts';
import type { StyleSheet } from '../style-sheet.ts';
import { animated } from './animation.ts';
import { legacyColor } from './color.ts';
import type { Validity } from './grammar.ts';
import { longhands } from './shorthand.ts';
import type { Style } from './style.ts';
import { judgeValue } from './validity.ts';

/** An element's own style; inherited values are the caller's business, custom properties excepted. */
export interface Cascaded {
  style: Style;
  /** The style where all rules hold that hold for some readers only; absent where there are none. */
  otherwise?: Style;
  variables: VariableScope;
}

/** Computes which declarations hold for an element: attributes, style sheets, style attribute, `!important`. */
export class Cascade {
  private readonly sheet: StyleSheet;
  /** Mail repeats the same style attribute on hundreds of cells. */
  private readonly inline = new Map<string, readonly Declaration[]>();
  private readonly found = new Map<Element, Cascaded>();
  /** Equal styles are one and the same, so that what follows from them is found once. */
  private readonly styles = new Map<string, Style>();

  /** Custom properties that hold for the element that has them only. */
  private readonly uninherited: readonly string[];

  constructor(sheet: StyleSheet) {
    this.sheet = sheet;
    this.uninherited = [...sheet.registered].flatMap(([name, { inherits }]) => (inherits ? [] : [name]));
  }

  /** `inherited`: the custom properties of the parent. */
  styleOf(element: Element, inherited: VariableScope): Cascaded {
    let known = this.found.get(element);
    if (!known) {
      known = this.cascaded(element, inherited);
      this.found.set(element, known);
    }
    return known;
  }

  /** The style of an element that was asked for before. */
  known(element: Element): Style | undefined {
    return this.found.get(element)?.style;
  }

  private cascaded(element: Element, inherited: VariableScope): Cascaded {
    const declarations = this.declarationsFor(element);
    if (declarations.length === 0)
      return { style: this.interned(presentational(element)), variables: inherited };
    const sure = declarations.filter(({ maybe }) => !maybe);
    const computed = this.compute(element, sure, inherited);
    if (sure.length === declarations.length) return computed;
    return { ...computed, otherwise: this.compute(element, declarations, inherited).style };
  }

  private compute(element: Element, declarations: readonly Declaration[], inherited: VariableScope) {
    const variables = this.variablesOf(declarations, inherited);
    const style = presentational(element);
    const outer = isElement(element.parent) ? this.known(element.parent) : undefined;
    const set = setter(style, outer, (name) => variables.get(name) ?? this.sheet.registered.get(name)?.value);
    for (const declaration of declarations) set(declaration);
    const fixed = new Set(declarations.flatMap(({ property, important }) => (important ? [property] : [])));
    for (const declaration of animated(style, this.sheet.keyframes))
      if (!fixed.has(declaration.property)) set(declaration);
    return { style: this.interned(style), variables };
  }

  private interned(style: Style): Style {
    if (style.size === 0) return none;
    const key = JSON.stringify([...style].flat());
    const known = this.styles.get(key);
    if (!known) this.styles.set(key, style);
    return known ?? style;
  }

  private variablesOf(declarations: readonly Declaration[], inherited: VariableScope): VariableScope {
    const own = declarations.filter(({ property }) => property.startsWith('--'));
    const lost = this.uninherited.filter((name) => inherited.get(name) !== undefined);
    if (lost.length === 0) return computeVariables(own, inherited);
    const kept = new VariableScope(inherited);
    for (const name of lost) kept.set(name, undefined);
    return computeVariables(own, kept);
  }

  /** What is declared for the element, be it by its own style attribute; weakest first. */
  declarationsFor(element: Element): readonly Declaration[] {
    const declared = this.sheet.declarationsFor(element);
    const inline = this.inlineOf(element);
    const all = inline.length === 0 ? declared : declared.length === 0 ? inline : [...declared, ...inline];
    if (!all.some(({ important }) => important)) return all;
    return [...all.filter(({ important }) => !important), ...all.filter(({ important }) => important)];
  }

  private inlineOf({ attribs }: Element): readonly Declaration[] {
    const text = attribs.style;
    if (!text) return nothing;
    let known = this.inline.get(text);
    if (!known) {
      known = parseDeclarations(text);
      this.inline.set(text, known);
    }
    return known;
  }
}

const nothing: readonly Declaration[] = [];
const none: Style = new Map();

/** Sets what a declaration says, as far as a browser would take it. */
function setter(
  style: Map<string, string>,
  outer: Style | undefined,
  lookup: (name: string) => string | undefined,
) {
  return (declaration: Declaration) => {
    const { property, value } = declaration;
    if (property.startsWith('--')) return;
    const text = substituted(value, lookup);
    // A value that turns out invalid only with its variables is as if unset (CSS Variables 1, §3.1).
    const isLate = text !== value;
    if (property === 'all') resetAll(style, text?.toLowerCase());
    else
      for (const { name, part, validity } of isLate
        ? expanded(property, text ?? 'unset')
        : plain(declaration)) {
        if (validity === 'valid') style.set(name, part === 'inherit' ? inheritedValue(name, outer) : part);
        else if (validity === 'unknown') style.set(name, unknown);
        else if (isLate) style.delete(name);
      }
  };
}

interface Longhand {
  name: string;
  part: string;
  validity: Validity;
}

/** The same rule holds for hundreds of elements. */
const plainly = new WeakMap<Declaration, readonly Longhand[]>();

function plain(declaration: Declaration): readonly Longhand[] {
  let known = plainly.get(declaration);
  if (!known) {
    known = expanded(declaration.property, declaration.value);
    plainly.set(declaration, known);
  }
  return known;
}

function expanded(property: string, value: string): Longhand[] {
  const parts = longhands(property, value.toLowerCase()).map(
    ([name, part]): Longhand => ({
      ...{ name, part },
      validity: value === unknown ? 'unknown' : judgeValue(name, part),
    }),
  );
  // A shorthand is dropped as a whole.
  const isDropped = parts.some(({ validity }) => validity === 'invalid');
  return isDropped ? parts.map((part) => ({ ...part, validity: 'invalid' })) : parts;
}

/** What text inherits of itself is its context's business; boxes ask the element around. */
function inheritedValue(name: string, outer: Style | undefined): string {
  const ofText =
    /^(?:color|-webkit-text-.*|font-.*|line-height|visibility|(?:letter|word)-spacing|text-indent)$/u;
  return ofText.test(name) ? 'inherit' : (outer?.get(name) ?? 'initial');
}

function resetAll(style: Map<string, string>, value: string | undefined): void {
  if (!/^(?:initial|unset|revert)$/u.test(value ?? '')) return;
  style.clear();
  if (value === 'initial')
    for (const name of ['color', 'visibility', 'font-size', 'line-height']) style.set(name, 'initial');
}

/** What old-fashioned attributes say, weaker than any style sheet (HTML standard §15.2). */
function presentational({ name, attribs }: Element): Map<string, string> {
  const style = new Map<string, string>();
  const set = (property: string, value: string | undefined) => {
    if (value !== undefined) style.set(property, value);
  };
  set('background-color', legacyColor(attribs.bgcolor));
  if (attribs.background) style.set('background-image', 'url()');
  if (name === 'font') set('color', legacyColor(attribs.color));
  if (name === 'body') set('color', legacyColor(attribs.text));
  if (name === 'td' || name === 'th') set('width', cellWidth(attribs.width));
  if (attribs.hidden !== undefined || attribs.popover !== undefined) style.set('display', 'none');
  return style;
}

/** "Rules for parsing nonzero dimension values": a number, be it a share, with whatever behind it. */
function cellWidth(text: string | undefined): string | undefined {
  const [, number, unit = ''] = /^\s*(\d+(?:\.\d+)?)(%?)/u.exec(text ?? '') ?? [];
  return number === undefined || Number(number) === 0 ? undefined : number + (unit || 'px');
}
