import { TextDecoder } from 'node:util';
import saxes from 'saxes';
import type { TextSink } from './text-sink.ts';

export interface XmlHandler {
  /** Element names come without their namespace prefix: makers choose their own. */
  open?(name: string, attributes: Attributes): void;
  close?(name: string): void;
  text?(text: string): void;
}

const chunkBytes = 65_536;
const maxFaults = 20;

/**
 * Walks an XML document without building it. Entities a document defines are not expanded. Stops when the sink is
 * full. What is not well-formed is noted, and read around.
 */
export function walkXml(bytes: Uint8Array, handler: XmlHandler, sink: TextSink): void {
  const parser = new saxes.SaxesParser({ xmlns: false, position: false });
  let faults = 0;
  parser.on('error', () => {
    faults += 1;
  });
  parser.on('opentag', ({ name, attributes }) => handler.open?.(local(name), attributes));
  parser.on('closetag', ({ name }) => handler.close?.(local(name)));
  parser.on('text', (text) => handler.text?.(text));
  parser.on('cdata', (text) => handler.text?.(text));
  const decoder = new TextDecoder(encodingOf(bytes));
  for (let at = 0; at < bytes.length && faults <= maxFaults && !sink.full; at += chunkBytes) {
    parser.write(decoder.decode(bytes.subarray(at, at + chunkBytes), { stream: true }));
  }
  if (faults <= maxFaults && !sink.full) parser.close();
  if (faults > 0) sink.fault('the XML inside is damaged');
}

/** Office writes UTF-8; UTF-16 must carry a mark (XML 1.0 §4.3.3). */
function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

export type Attributes = Readonly<Record<string, string>>;

/** The attribute of that local name, whatever its prefix. */
export function attribute(attributes: Attributes, name: string): string | undefined {
  const own = attributes[name];
  if (own !== undefined) return own;
  const key = Object.keys(attributes).find((candidate) => candidate.endsWith(`:${name}`));
  return key === undefined ? undefined : attributes[key];
}
