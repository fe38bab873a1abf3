import { type DavAnswer, type DavContext, DavRefusal, type DavRequest } from './exchange.ts';
import { listed } from './listing.ts';
import { multistatus, propertyResponse } from './multistatus.ts';
import { type Described, liveProperties } from './properties.ts';
import { child, readXml, type XmlElement } from './xml.ts';

/** PROPFIND of Depth 0 and 1 (RFC 4918 §9.1). @throws DavRefusal */
export function propfind(context: DavContext, request: DavRequest, target: Described): DavAnswer {
  const depth = request.headers.depth ?? 'infinity';
  if (depth !== '0' && depth !== '1') throw new DavRefusal(403, 'D:propfind-finite-depth');
  const names = askedProperties(request);
  const targets = depth === '0' ? [target] : [target, ...members(context, target)];
  return multistatus(targets.map((one) => propertyResponse(context, request, one, names)));
}

/** The XML of a body. @throws DavRefusal when it is not well-formed. */
export function bodyXml({ body }: DavRequest): XmlElement {
  try {
    return readXml(body.toString('utf8'));
  } catch {
    throw new DavRefusal(400);
  }
}

export function propertyNames(asked: XmlElement | undefined): string[] {
  return child(asked, 'D:prop')?.children.map(({ name }) => name) ?? [];
}

function askedProperties(request: DavRequest): string[] {
  if (request.body.length === 0) return Object.keys(liveProperties);
  const asked = bodyXml(request);
  if (asked.name !== 'D:propfind') throw new DavRefusal(400);
  return child(asked, 'D:prop') ? propertyNames(asked) : Object.keys(liveProperties);
}

function members(context: DavContext, target: Described): Described[] {
  if (target.kind === 'collection') return listed(context, target.collection);
  if (target.kind !== 'home') return [];
  const { owner } = target;
  const collections = owner.collections.map((collection): Described => {
    return { kind: 'collection', owner, collection };
  });
  const scheduling: Described[] = context.schedules
    ? [
        { kind: 'inbox', owner },
        { kind: 'outbox', owner },
      ]
    : [];
  return [...collections, ...scheduling];
}
