import { makeCalendar, removeCalendar } from './collection-methods.ts';
import { type DavAnswer, type DavContext, DavRefusal, type DavRequest } from './exchange.ts';
import { get, put, remove } from './object-methods.ts';
import type { Target } from './paths.ts';
import { requirePreconditions } from './preconditions.ts';
import { propfind } from './propfind.ts';
import { report } from './reports.ts';

const methods = 'OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, REPORT, MKCALENDAR';

/** The answer to a request, refusals included. */
export function answer(context: DavContext, request: DavRequest): DavAnswer {
  try {
    return execute(context, request);
  } catch (error) {
    if (error instanceof DavRefusal) return error.answer;
    throw error;
  }
}

function execute(context: DavContext, request: DavRequest): DavAnswer {
  const target = context.hrefs.resolve(request.path, request.viewer, context.calendars);
  // Nobody sees the calendars of others; who somebody is may be asked.
  if ('owner' in target && target.kind !== 'principal' && target.owner !== request.viewer) {
    throw new DavRefusal(403, 'D:need-privileges');
  }
  switch (request.method) {
    case 'OPTIONS':
      return { status: 200, headers: { DAV: davClasses(context), Allow: methods } };
    case 'MKCALENDAR':
      return makeCalendar(context, request, target);
    case 'PUT':
      return storeAt(context, request, target);
    default:
      return onExisting(context, request, target);
  }
}

function storeAt(context: DavContext, request: DavRequest, target: Target): DavAnswer {
  if (target.kind === 'resource' || target.kind === 'no-resource') return put(context, request, target);
  // No collection to put it in (RFC 4918 §9.7.1), or something that holds no text.
  throw new DavRefusal(target.kind === 'no-collection' ? 409 : 405);
}

function onExisting(context: DavContext, request: DavRequest, target: Target): DavAnswer {
  if (target.kind === 'no-resource' || target.kind === 'no-collection' || target.kind === 'nothing') {
    if (target.kind === 'no-resource') requirePreconditions(request, undefined);
    throw new DavRefusal(404);
  }
  switch (request.method) {
    case 'PROPFIND':
      return propfind(context, request, target);
    case 'REPORT':
      if (target.kind !== 'collection') throw new DavRefusal(403, 'D:supported-report');
      return report(context, request, target.collection);
    case 'GET':
    case 'HEAD':
      if (target.kind === 'resource') return get(target);
      break;
    case 'DELETE':
      if (target.kind === 'resource') return remove(context, request, target);
      if (target.kind === 'collection') return removeCalendar(request, target.collection);
  }
  throw new DavRefusal(405);
}

function davClasses({ dialect, schedules }: DavContext): string {
  const scheduling = schedules ? ', calendar-auto-schedule, calendar-schedule' : '';
  return `1, 3, access-control, extended-mkcol, calendar-access${scheduling}${dialect.extensions}`;
}
