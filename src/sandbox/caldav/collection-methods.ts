import type { CalendarCollection } from './calendars.ts';
import { type DavAnswer, type DavContext, DavRefusal, type DavRequest } from './exchange.ts';
import type { Target } from './paths.ts';
import { bodyXml } from './propfind.ts';
import { child, childrenOf } from './xml.ts';

/** MKCALENDAR (RFC 4791 §5.3.1). Open-Xchange then gives the collection a path of its own. @throws DavRefusal */
export function makeCalendar({ dialect }: DavContext, request: DavRequest, target: Target): DavAnswer {
  if (target.kind === 'collection') throw new DavRefusal(405, 'D:resource-must-be-null');
  if (target.kind !== 'no-collection' || target.below) throw new DavRefusal(409);
  if (target.owner !== request.viewer) throw new DavRefusal(403, 'D:need-privileges');
  const asked = request.body.length > 0 ? bodyXml(request) : undefined;
  const properties = child(child(asked, 'D:set'), 'D:prop');
  const wanted = childrenOf(child(properties, 'C:supported-calendar-component-set'), 'C:comp');
  const components = wanted.flatMap(({ attributes: { name } }) => {
    return name === 'VEVENT' || name === 'VTODO' ? [name] : [];
  });
  const color = child(properties, 'A:calendar-color')?.text.trim();
  const options = {
    name: child(properties, 'D:displayname')?.text.trim() || target.id,
    ...(components.length > 0 ? { components } : {}),
    ...(color ? { color } : {}),
  };
  if (dialect.flatPaths) target.owner.add(options);
  else target.owner.add(options, target.id);
  return { status: 201 };
}

/** @throws DavRefusal; the calendar invitations arrive in cannot go (RFC 6638 §2.3.2). */
export function removeCalendar(request: DavRequest, collection: CalendarCollection): DavAnswer {
  const { owner } = collection;
  if (owner !== request.viewer) throw new DavRefusal(403, 'D:need-privileges');
  if (collection === owner.defaultCalendar) throw new DavRefusal(403, 'C:default-calendar-needed');
  owner.remove(collection);
  return { status: 204 };
}
