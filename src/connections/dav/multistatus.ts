import { childOf, childrenOf, textOf, type XmlElement, XmlReader } from './xml.ts';

/** One `response` of a multistatus (RFC 4918 §14.24). */
export interface DavResponse {
  /** As the server writes it. */
  href: string;
  /** Of the resource as a whole; undefined when its properties have their own. */
  status: number | undefined;
  /** Properties that were found, by their name in Clark notation. */
  props: ReadonlyMap<string, XmlElement>;
  /** Properties that were not, by their name, and why: a status. */
  refused: ReadonlyMap<string, number>;
  /** Names of the preconditions it failed. */
  preconditions: readonly string[];
}

export interface Multistatus {
  responses: readonly DavResponse[];
  /** Of a sync-collection report (RFC 6578 §6.2). */
  syncToken: string | undefined;
}

/** Is handed each `response` as soon as it has arrived; the next are read when it is done. */
export type TakeResponses = (responses: readonly DavResponse[]) => Promise<void>;

/**
 * Reads a multistatus as it arrives. With `take` the responses are handed over and not kept.
 * @throws Error when it is none, is not well-formed or is cut off; what `take` throws.
 */
export async function readMultistatus(
  pieces: AsyncIterable<string>,
  take?: TakeResponses,
): Promise<Multistatus> {
  const responses: DavResponse[] = [];
  let syncToken: string | undefined;
  const reader = new XmlReader({
    root(name) {
      if (name !== '{DAV:}multistatus') throw new Error('not a multistatus');
    },
    child(element) {
      if (element.name === '{DAV:}response') responses.push(...responsesOf(element));
      if (element.name === '{DAV:}sync-token') syncToken = textOf(element);
    },
  });
  for await (const piece of pieces) {
    reader.write(piece);
    if (take && responses.length > 0) await take(responses.splice(0));
  }
  reader.end();
  return { responses, syncToken };
}

/**
 * The names of the preconditions that failed, without namespace (RFC 4918 §16): `no-uid-conflict`.
 * @throws Error when the text is not XML
 */
export function preconditionsIn(xml: string): string[] {
  const names: string[] = [];
  const reader = new XmlReader({
    root(name) {
      if (name !== '{DAV:}error') throw new Error('not an error element');
    },
    child(element) {
      names.push(localName(element));
    },
  });
  reader.write(xml);
  reader.end();
  return names;
}

/** With a status of its own one `response` may name several resources. */
function responsesOf(element: XmlElement): DavResponse[] {
  const status = statusIn(element);
  const props = new Map<string, XmlElement>();
  const refused = new Map<string, number>();
  for (const propstat of childrenOf(element, '{DAV:}propstat')) {
    const refusal = refusalIn(propstat);
    for (const prop of childOf(propstat, '{DAV:}prop')?.children ?? []) {
      if (refusal === undefined) props.set(prop.name, prop);
      else refused.set(prop.name, refusal);
    }
  }
  const hrefs = childrenOf(element, '{DAV:}href').map((href) => href.text.trim());
  const preconditions = childOf(element, '{DAV:}error')?.children.map(localName) ?? [];
  return hrefs.map((href) => ({ href, status, props, refused, preconditions }));
}

function localName({ name }: XmlElement): string {
  return name.replace(/^\{.*\}/u, '');
}

/** A propstat without a status, against the standard, counts as found. */
function refusalIn(propstat: XmlElement): number | undefined {
  const status = statusIn(propstat);
  return status === undefined || (status >= 200 && status < 300) ? undefined : status;
}

/** `HTTP/1.1 404 Not Found`. */
function statusIn(element: XmlElement): number | undefined {
  const line = textOf(childOf(element, '{DAV:}status'));
  const code = /\b([1-5]\d\d)\b/u.exec(line?.replace(/^HTTP\/[\d.]+/u, '') ?? '')?.[1];
  return code === undefined ? undefined : Number(code);
}
