import { MailboxError } from '../../domain/errors.ts';
import type { DavAnswer, DavRequest } from '../dav/answer.ts';
import { BodyTooLarge } from '../dav/body.ts';
import type { DavClient } from '../dav/client.ts';
import { notDav, refusal } from '../dav/errors.ts';
import { bareTag } from '../dav/etag.ts';
import { listedPath } from '../dav/href.ts';
import type { DavResponse, Multistatus } from '../dav/multistatus.ts';
import { multigetReport } from './requests.ts';
import { resourceIn } from './responses.ts';
import type { DavBatch, DavResource } from './types.ts';

/** Open-Xchange takes a tenth of a second for an event, others a thousandth: the size of a batch follows. */
const smallestBatch = 50;
const largestBatch = 800;
const quickMs = 1000;
const batchesAtOnce = 2;
/** What servers say who do not know the report, or fail at one event of many: each is then asked for by itself. */
const reportRefusals = [400, 403, 405, 415, 500, 501];
/** After so many that fail at the server, and none that does not, it is not the resources. */
const mostFailures = 3;

interface Found {
  resources: DavResource[];
  missing: string[];
  failed: { href: string; status: number }[];
}

/** Resources that were asked for. */
interface Batch {
  arrived: Promise<{ found: Found; ms: number }>;
  size: number;
}

/**
 * The resources batch by batch, in the order they were asked for; the next are on their way while one is looked at.
 * @throws MailboxError when nothing can be said of a batch; what befalls one resource is in the result
 */
export async function* fetchBatches(
  client: DavClient,
  collection: string,
  hrefs: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<DavBatch> {
  const left = [...new Set(hrefs)];
  const running: Batch[] = [];
  let size = smallestBatch;
  const ask = () => {
    while (left.length > 0 && running.length < batchesAtOnce) {
      running.push(started(client, collection, left.splice(0, size), signal));
    }
  };
  ask();
  for (let batch = running.shift(); batch; batch = running.shift()) {
    const { found, ms } = await batch.arrived;
    size = ms < quickMs ? Math.min(largestBatch, Math.max(size, batch.size * 2)) : smallestBatch;
    ask();
    yield found;
  }
}

/** All batches as one. */
export async function together(batches: AsyncIterable<DavBatch>): Promise<DavBatch> {
  const all: Found = { resources: [], missing: [], failed: [] };
  for await (const batch of batches) add(all, batch);
  return all;
}

function started(
  client: DavClient,
  collection: string,
  hrefs: readonly string[],
  signal: AbortSignal,
): Batch {
  const begun = performance.now();
  const arrived = fetchBatch(client, collection, hrefs, signal).then((found) => ({
    found,
    ms: performance.now() - begun,
  }));
  arrived.catch(() => 'whoever waits for it is told');
  return { arrived, size: hrefs.length };
}

/** Undefined when it is not there. @throws MailboxError */
export async function getResource(
  client: DavClient,
  href: string,
  signal: AbortSignal,
): Promise<DavResource | undefined> {
  const answer = await client.read(getRequest(href), signal, [404, 410]);
  return answer.status === 404 || answer.status === 410 ? undefined : resourceGot(answer, href);
}

/** Not packed: servers that pack give such an answer an ETag of its own. */
function getRequest(href: string): DavRequest {
  const headers = { accept: 'text/calendar', 'accept-encoding': 'identity' };
  return { method: 'GET', path: href, headers, want: 'text' };
}

function resourceGot({ status, headers, text }: DavAnswer, href: string): DavResource {
  const isPage = /^text\/html\b/iu.test(headers['content-type'] ?? '');
  if (status !== 200 || text === undefined || isPage) throw notDav(new Error(`GET ${status}`));
  const { etag, 'schedule-tag': tag } = headers;
  const scheduleTag = bareTag(Array.isArray(tag) ? tag[0] : tag);
  return { href, etag: bareTag(etag), scheduleTag, ics: text };
}

async function fetchBatch(
  client: DavClient,
  collection: string,
  hrefs: readonly string[],
  signal: AbortSignal,
): Promise<Found> {
  try {
    const request = { ...(await multigetReport(collection, hrefs)), heavy: true };
    const answer = await client.read(request, signal, reportRefusals);
    if (answer.status >= 400) return await oneByOne(client, hrefs, signal);
    if (!answer.multistatus) throw notDav(new Error(`REPORT ${answer.status}`));
    const found = sorted(answer.multistatus, new Set(hrefs), new URL(collection, client.url));
    const told = new Set([...found.resources, ...found.failed].map(({ href }) => href).concat(found.missing));
    const untold = hrefs.filter((href) => !told.has(href));
    if (untold.length > 0) add(found, await oneByOne(client, untold, signal));
    return found;
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    if (hrefs.length === 1) return await oneByOne(client, hrefs, signal);
    return await inHalves(client, collection, hrefs, signal);
  }
}

async function inHalves(
  client: DavClient,
  collection: string,
  hrefs: readonly string[],
  signal: AbortSignal,
): Promise<Found> {
  const middle = Math.ceil(hrefs.length / 2);
  const found = await fetchBatch(client, collection, hrefs.slice(0, middle), signal);
  add(found, await fetchBatch(client, collection, hrefs.slice(middle), signal));
  return found;
}

/** A 404 of one resource says nothing about the others. */
function sorted(multistatus: Multistatus, wanted: ReadonlySet<string>, base: URL): Found {
  const found: Found = { resources: [], missing: [], failed: [] };
  const byHref = new Map<string, DavResponse>();
  for (const response of multistatus.responses) {
    const href = listedPath(response.href, base);
    if (href !== undefined && wanted.has(href)) byHref.set(href, response);
  }
  for (const [href, response] of byHref) {
    const { status = 200 } = response;
    const resource = resourceIn(response, href);
    if (status === 404 || status === 410) found.missing.push(href);
    else if (status >= 300) found.failed.push({ href, status });
    else if (resource) found.resources.push(resource);
  }
  return found;
}

/** Where a whole report fails, one resource may be the reason. */
async function oneByOne(client: DavClient, hrefs: readonly string[], signal: AbortSignal): Promise<Found> {
  const found: Found = { resources: [], missing: [], failed: [] };
  for (const href of hrefs) {
    const answer = await alone(client, href, signal);
    const { status } = answer;
    if (status === 404 || status === 410) found.missing.push(href);
    else if (status >= 300) found.failed.push({ href, status });
    else found.resources.push(resourceGot(answer, href));
    const isHopeless = found.failed.length === mostFailures && found.resources.length === 0;
    if (isHopeless && status >= 500) throw refusal(getRequest(href), answer, Date.now());
  }
  return found;
}

async function alone(client: DavClient, href: string, signal: AbortSignal): Promise<DavAnswer> {
  try {
    return await client.read(getRequest(href), signal, [403, 404, 410, 500]);
  } catch (error) {
    if (!isTooLarge(error)) throw error;
    return { status: 413, headers: {}, preconditions: [] };
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof MailboxError && error.cause instanceof BodyTooLarge;
}

function add(all: Found, more: DavBatch): void {
  all.resources.push(...more.resources);
  all.missing.push(...more.missing);
  all.failed.push(...more.failed);
}
