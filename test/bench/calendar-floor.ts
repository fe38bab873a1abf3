import { readFileSync } from 'node:fs';
import { Agent, request as startRequest } from 'node:https';
import type { CalendarOwner, CalendarRig } from './calendar-rig.ts';
import { largeCalendar } from './calendar-store.ts';

const batch = 500;
const atOnce = 2;

/** Milliseconds of reading the large calendar with node:https and nothing else; what came is not even parsed. */
export async function byHand(rig: CalendarRig, owner: CalendarOwner): Promise<number> {
  const { address, password } = rig.radicale.user(owner);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce, ca: readFileSync(rig.radicale.caFile) });
  const path = rig.radicale.path(owner, largeCalendar);
  const report = (depth: string, body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { depth, 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) };
      const options = { method: 'REPORT', agent, auth: `${address}:${password}`, headers };
      const outgoing = startRequest(new URL(path, rig.front.url), options);
      outgoing.on('error', reject).on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
      });
      outgoing.end(body);
    });
  const start = performance.now();
  const listed = await report('0', syncReport);
  const hrefs = [...listed.matchAll(/<href>([^<]*\.ics)<\/href>/gu)].map(([, href = '']) => href);
  const worker = async () => {
    while (hrefs.length > 0) await report('1', multiget(hrefs.splice(0, batch)));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  agent.destroy();
  return performance.now() - start;
}

const syncReport =
  '<sync-collection xmlns="DAV:"><sync-token/><sync-level>1</sync-level><prop><getetag/></prop></sync-collection>';

function multiget(hrefs: readonly string[]): string {
  const wanted = hrefs.map((href) => `<href>${href}</href>`).join('');
  const props = '<prop><getetag/><c:calendar-data/></prop>';
  return `<c:calendar-multiget xmlns="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">${props}${wanted}</c:calendar-multiget>`;
}
