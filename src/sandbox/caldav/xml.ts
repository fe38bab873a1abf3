import { SaxesParser } from 'saxes';

/** The prefixes with which names are written here, whatever prefix the client chose. */
export const namespaces = {
  D: 'DAV:',
  C: 'urn:ietf:params:xml:ns:caldav',
  CS: 'http://calendarserver.org/ns/',
  A: 'http://apple.com/ns/ical/',
} as const;

const prefixes: ReadonlyMap<string, string> = new Map(
  Object.entries(namespaces).map(([prefix, uri]) => [uri, prefix]),
);
const declarations = Object.entries(namespaces)
  .map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`)
  .join('');

export interface XmlElement {
  /** `D:prop` for the namespaces above, `{uri}local` for all others. */
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
}

/** @throws Error when it is not well-formed. */
export function readXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const values = Object.values(attributes).map(({ local: name, value }) => [name, value]);
    const prefix = prefixes.get(uri);
    const name = prefix ? `${prefix}:${local}` : `{${uri}}${local}`;
    const element: XmlElement = { name, attributes: Object.fromEntries(values), children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  const addText = (more: string) => {
    const element = open.at(-1);
    if (element) element.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  const [document] = root.children;
  if (!document) throw new Error('An empty document');
  return document;
}

export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** `content` is XML already. Names as in XmlElement. */
export function element(name: string, content = ''): string {
  const [, uri, local] = /^\{(.*)\}(.*)$/u.exec(name) ?? [];
  const tag = local === undefined ? name : `x:${local}`;
  const start = uri === undefined ? name : `${tag} xmlns:x="${escapeXml(uri)}"`;
  return content === '' ? `<${start}/>` : `<${start}>${content}</${tag}>`;
}

export function xmlDocument(name: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${declarations}>${content}</${name}>\n`;
}

/** What XML 1.0 §2.2 cannot hold is left out. */
export function escapeXml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return withoutForbidden(text).replace(/[&<>"]/gu, (character) => entities[character] ?? '');
}

export function cdata(text: string): string {
  return `<![CDATA[${withoutForbidden(text).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function withoutForbidden(text: string): string {
  return text.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');
}
