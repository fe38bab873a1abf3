import { SaxesParser, type SaxesTagNS } from 'saxes';
import { BodyTooLarge } from './body.ts';

/** An element with what stands in it. Names are in Clark notation: `{DAV:}href`. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  /** Its own characters, escaped and CDATA alike. */
  text: string;
}

export interface XmlHandler {
  /** Once, before anything below it. Throw to refuse the document. */
  root(name: string): void;
  /** Each child of the root as soon as it is complete; it is kept nowhere else. */
  child(element: XmlElement): void;
}

const maxDepth = 60;
/**
 * The text of one element. An event beyond that is asked for by itself, as text that needs no XML: its every character
 * would be looked at here, and every line end make a string of its own.
 */
const maxTextChars = 512 * 1024;
/** Servers copy control characters out of a stranger's event into their XML; the rest of the answer is sound. */
const tolerated: ReadonlySet<string> = new Set(['disallowed character.', 'malformed character entity.']);

/**
 * Reads one XML document piece by piece. A document type is refused: it is where entities explode, and DAV has none.
 * `write` and `end` throw on what is not well-formed, and `end` on what is not complete. `write` throws BodyTooLarge
 * on a text that is too long.
 */
export class XmlReader {
  private readonly parser = new SaxesParser({ xmlns: true, position: false });
  private readonly open: XmlElement[] = [];
  private readonly handler: XmlHandler;
  private sinceTag = 0;

  constructor(handler: XmlHandler) {
    this.handler = handler;
    this.parser.on('error', (error) => {
      if (!tolerated.has(error.message)) throw error;
    });
    this.parser.on('doctype', () => {
      throw new Error('a document type is not allowed');
    });
    this.parser.on('opentag', (tag) => this.opened(tag));
    this.parser.on('closetag', () => this.closed());
    this.parser.on('text', (text) => this.characters(text));
    this.parser.on('cdata', (text) => this.characters(text));
  }

  write(piece: string): void {
    this.sinceTag += piece.length;
    // The parser makes them line feeds itself (XML 1.0 §2.11), but one by one.
    this.parser.write(piece.replaceAll('\r\n', '\n'));
    if (this.sinceTag > maxTextChars) throw new BodyTooLarge(maxTextChars);
  }

  end(): void {
    this.parser.close();
  }

  private opened({ uri, local, attributes }: SaxesTagNS): void {
    this.sinceTag = 0;
    const name = `{${uri}}${local}`;
    if (this.open.length === 0) this.handler.root(name);
    if (this.open.length >= maxDepth) throw new Error('elements are nested too deeply');
    const values = Object.values(attributes).map((attribute) => [attribute.local, attribute.value] as const);
    this.open.push({ name, attributes: Object.fromEntries(values), children: [], text: '' });
  }

  private closed(): void {
    this.sinceTag = 0;
    const element = this.open.pop();
    if (!element) return;
    if (this.open.length === 1) this.handler.child(element);
    else this.open.at(-1)?.children.push(element);
  }

  private characters(text: string): void {
    const element = this.open.at(-1);
    if (element) element.text += text;
  }
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** Its characters without white space around them; undefined when there are none. */
export function textOf(element: XmlElement | undefined): string | undefined {
  const text = element?.text.trim();
  return text === '' ? undefined : text;
}
