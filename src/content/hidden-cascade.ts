import { longhands } from './hidden-shorthand.ts';
import type { Style } from './hidden-style.ts';
import type { Element } from './html-tree.ts';
import type { StyleSheet } from './style-sheet.ts';
import { type Declaration, parseDeclarations, resolveVariables } from './style-sheet-declarations.ts';

export type Variables = ReadonlyMap<string, string>;

const maxVariables = 200;

/** Computes which declarations hold for an element: attributes, style sheets, style attribute, `!important`. */
export class Cascade {
  private readonly sheet: StyleSheet;
  /** Mail repeats the same style attribute on hundreds of cells. */
  private readonly inline = new Map<string, readonly Declaration[]>();

  constructor(sheet: StyleSheet) {
    this.sheet = sheet;
  }

  /** The element's own style; inherited values are the caller's business, custom properties excepted. */
  styleOf(element: Element, inherited: Variables): { style: Style; variables: Variables } {
    const style = presentational(element);
    const declarations = this.declarationsFor(element);
    if (declarations.length === 0) return { style, variables: inherited };
    const variables = customProperties(declarations, inherited);
    const set = ({ property, value }: Declaration) => {
      for (const [name, text] of longhands(property, resolveVariables(value, variables)))
        style.set(name, text);
    };
    for (const declaration of declarations) if (!declaration.important) set(declaration);
    for (const declaration of declarations) if (declaration.important) set(declaration);
    return { style, variables };
  }

  private declarationsFor(element: Element): readonly Declaration[] {
    const declared = this.sheet.declarationsFor(element);
    const inline = this.inlineOf(element);
    if (inline.length === 0) return declared;
    return declared.length === 0 ? inline : [...declared, ...inline];
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

function customProperties(declarations: readonly Declaration[], inherited: Variables): Variables {
  if (!declarations.some(isCustom)) return inherited;
  const own = declarations.filter(isCustom);
  if (inherited.size > maxVariables) return inherited;
  return new Map([...inherited, ...own.map(({ property, value }) => [property, value] as const)]);
}

function isCustom({ property }: Declaration): boolean {
  return property.startsWith('--');
}

/** What old-fashioned attributes say, weaker than any style sheet (HTML standard §15.2). */
function presentational({ name, attribs }: Element): Map<string, string> {
  const style = new Map<string, string>();
  const set = (property: string, value: string | undefined) => {
    if (value !== undefined) style.set(property, value.trim().toLowerCase());
  };
  set('background-color', attribs.bgcolor);
  if (attribs.background) style.set('background-image', 'url()');
  if (name === 'font') set('color', attribs.color);
  if (name === 'body') set('color', attribs.text);
  if (attribs.hidden !== undefined) style.set('display', 'none');
  return style;
}
