import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventPage } from '../../../src/domain/calendar.ts';
import type { Email } from '../../../src/domain/mail.ts';
import { type Case, Tally } from '../case.ts';
import { corpusMails } from '../support/corpora.ts';
import { builtPayloads } from '../support/payloads/built.ts';
import { calendarPayloads } from '../support/payloads/calendar.ts';
import type { Payload } from '../support/payloads/payload.ts';
import { loaderPayloads } from '../support/payloads/visible.ts';
import { alice, atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';
import { SyscallTrace } from '../support/syscall-trace.ts';
import { trapped } from '../support/trapped.ts';

interface Input {
  name: string;
  kind: Payload['kind'];
  raw: Buffer;
}

export const egress: Case = {
  id: 'D6',
  title: 'every mail and event read under a network trap',
  run: async (effort) => {
    const folder = mkdtempSync(join(tmpdir(), 'mailbox-d6-'));
    const file = join(folder, 'trap');
    const env = { ...trapped(file), MAILBOX_DOWNLOAD_DIR: join(folder, 'saved') };
    try {
      return await atDesk({ env }, async (desk) => {
        const trace = await SyscallTrace.attach(desk.server.pid, join(folder, 'strace'));
        const tally = new Tally(effort);
        const allowed = configured(desk);
        const inputs = [...firstInputs(), ...spread(corpusInputs(), effort.seed)];
        for (const { name, kind, raw } of inputs) {
          if (tally.isOver) break;
          const before = notes(file).length;
          await (kind === 'eml' ? useMail(desk, raw) : useEvent(desk, raw));
          tally.count(name, unexpected(notes(file).slice(before), allowed));
        }
        await trace?.detach();
        tally.count(
          'all that the kernel was asked for',
          trace?.calls().filter((call) => !allowed.has(call)),
        );
        if (!notes(file).some((note) => note.startsWith('connect')))
          tally.count('the trap', 'noticed nothing at all');
        const seen = trace ? `${new Set(trace.calls()).size} places by strace` : 'without strace';
        return tally.outcome({ of: inputs.length + 1, figure: seen });
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function configured({ sandbox, line }: SendingDesk): Set<string> {
  const ports = [sandbox.imapPort, line.port, Number(new URL(sandbox.caldavUrl).port)];
  return new Set(ports.map((port) => `127.0.0.1:${port}`));
}

function notes(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

function unexpected(lines: readonly string[], allowed: ReadonlySet<string>): string[] {
  return [...new Set(lines)].filter((line) => {
    const [what, where = ''] = line.split(' ');
    return !(what === 'loaded' || (what === 'connect' && allowed.has(where)));
  });
}

const withRequests = [
  'List-Unsubscribe: <https://unsubscribe.attacker.example/x>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'Disposition-Notification-To: spy@attacker.example\r\nReturn-Receipt-To: spy@attacker.example',
  'Content-Type: message/external-body; access-type=URL; URL="http://body.attacker.example/x"',
  'Content-Location: http://location.attacker.example/\r\nContent-Base: http://base.attacker.example/',
  'Face: http://face.attacker.example/\r\nX-Image-URL: http://face.attacker.example/x.png',
  'Autocrypt: addr=x@attacker.example; keydata=AA==\r\nDKIM-Signature: v=1; d=dkim.attacker.example; s=x; b=x',
];

/** Those made to fetch something: they are always tried. */
function firstInputs(): Input[] {
  const asking = withRequests.map((headers) => ({
    ...{ name: headers.slice(0, 40), kind: 'eml' as const },
    raw: Buffer.from(
      `From: x@attacker.example\r\nTo: ${alice}\r\nSubject: x\r\n${headers}\r\n\r\nSee http://attacker.example/`,
    ),
  }));
  const fetching = calendarPayloads.filter(({ channel }) => channel === 'calendar-ssrf');
  return [...asking, ...loaderPayloads, ...fetching];
}

function corpusInputs(): Input[] {
  return [...builtPayloads(), ...corpusMails().map((mail) => ({ ...mail, kind: 'eml' as const }))];
}

let letters = 0;

/** All that can be done with a mail; whether it works is for other cases to say. */
async function useMail(desk: SendingDesk, raw: Buffer): Promise<void> {
  const { uid } = desk.sandbox.deliver(alice, 'INBOX', raw);
  const { uidValidity } = desk.sandbox.store.account(alice).find('INBOX') ?? { uidValidity: 0 };
  const id = `INBOX/${uidValidity.toString(36)}-${uid}`;
  const read = await desk.server.call<Email>('get_email', { id });
  await desk.server.call('get_email', { id, format: 'html' });
  await desk.server.call('get_email_thread', { id });
  await desk.server.call('search_emails', { folder: 'inbox', limit: 1, preview: true });
  for (const { part } of read.ok ? (read.data.attachments ?? []).slice(0, 5) : []) {
    await desk.server.call('get_attachment', { id, part });
    await desk.server.call('download_attachment', { id, part });
  }
  if (++letters % 5 !== 0) return;
  const html = '<p>Hello <img src="http://own.attacker.example/x.png"></p>';
  await desk.server.call('send_email', { inReplyTo: id, to: [bob], text: `Answer ${letters}`, html });
  await desk.server.call('send_email', { forwardOf: id, to: [bob], text: `Forward ${letters}` });
}

async function useEvent(desk: SendingDesk, raw: Buffer): Promise<void> {
  desk.sandbox.caldav.calendars.user(alice).collection('Kalender').put('event.ics', raw.toString());
  const range = { start: '2026-11-01', end: '2026-12-01' };
  const page = await desk.server.call<EventPage>('get_calendar_events', range);
  const id = page.ok ? page.data.events[0]?.id : undefined;
  await desk.server.call('get_free_busy', range);
  if (id === undefined) return;
  await desk.server.call('get_event', { id });
  await desk.server.call('respond_to_invitation', { id, response: 'tentative', scope: 'all' });
  await desk.server.call('update_event', { id, title: 'Other', scope: 'all' });
}
