import { STATUS_CODES } from 'node:http';
import type { DavAnswer, DavContext, DavRequest } from './exchange.ts';
import { xmlAnswer } from './exchange.ts';
import { type Described, liveProperties, type PropertyReader } from './properties.ts';
import { element, escapeXml } from './xml.ts';

export function multistatus(responses: readonly string[], more = ''): DavAnswer {
  return xmlAnswer(207, 'D:multistatus', responses.join('') + more);
}

/** A response that says a status instead of properties (RFC 4918 §14.24). */
export function statusResponse(path: string, status: number, error = ''): string {
  const condition = error === '' ? '' : element('D:error', element(error));
  return element('D:response', element('D:href', escapeXml(path)) + statusElement(status) + condition);
}

/** One response: what is there as 200, what is not as 404. */
export function propertyResponse(
  context: DavContext,
  request: DavRequest,
  target: Described,
  names: readonly string[],
  extra: Readonly<Record<string, PropertyReader>> = {},
): string {
  const found: string[] = [];
  const missing: string[] = [];
  for (const name of names) {
    const value = (liveProperties[name] ?? extra[name])?.(context, target, request);
    if (value === undefined) missing.push(element(name));
    else found.push(element(name, value));
  }
  const propstats = [propstat(found, 200), ...(missing.length > 0 ? [propstat(missing, 404)] : [])];
  return element('D:response', element('D:href', escapeXml(pathOf(context, target))) + propstats.join(''));
}

function pathOf({ hrefs }: DavContext, target: Described): string {
  switch (target.kind) {
    case 'root':
      return '/';
    case 'collection':
      return hrefs.collection(target.collection);
    case 'resource':
      return hrefs.resource(target.collection, target.resource.name);
    default:
      return hrefs[target.kind](target.owner);
  }
}

function propstat(properties: readonly string[], status: number): string {
  return element('D:propstat', element('D:prop', properties.join('')) + statusElement(status));
}

function statusElement(status: number): string {
  return element('D:status', `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`);
}
