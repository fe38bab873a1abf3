import type { CallContext, MailPort } from '../../src/domain/mail-port.ts';
import type { StatusPort } from '../../src/domain/status.ts';
import type { Services } from '../../src/tools/define-tool.ts';

export interface Asked {
  method: string;
  request: unknown;
  context: CallContext;
}

const authentication = { verdict: 'pass' as const, dmarc: 'pass' };
export const mailId = 'INBOX/s44we8-4711';

/** Hand-made ports that give a small answer to everything and remember what they were asked. */
export function fakeServices(
  overrides: Partial<MailPort> & Partial<StatusPort> = {},
): Services & { asked: Asked[] } {
  const asked: Asked[] = [];
  const answer =
    <T>(method: string, result: T) =>
    async (...args: unknown[]): Promise<T> => {
      const context = args.at(-1) as CallContext;
      asked.push({ method, request: args.length > 1 ? args[0] : undefined, context });
      return result;
    };
  const mail: MailPort = {
    folders: answer('folders', { folders: [{ path: 'INBOX', role: 'inbox', total: 2, unread: 0 }] }),
    search: answer('search', { total: 0, emails: [], searched: ['INBOX'], incomplete: [] }),
    read: answer('read', {
      ...{
        id: mailId,
        messageId: '<a@rig.test>',
        date: '2026-11-20T10:00:00+01:00',
        from: 'Bob <bob@rig.test>',
      },
      ...{ to: ['alice@rig.test'], cc: [], subject: 'Lunch', folder: 'INBOX', flags: [], authentication },
      body: { text: 'At noon?', format: 'text', totalChars: 8 },
    }),
    thread: answer('thread', { subject: 'Lunch', participants: [], total: 0, emails: [] }),
    attachment: answer('attachment', { content: { name: 'a.txt', type: 'text/plain', size: 1, text: 'a' } }),
    download: answer('download', { path: '/tmp/a.txt', size: 1, sha256: 'ca97' }),
  };
  const status: StatusPort = {
    status: answer('status', { version: '0.1.0', uptimeSeconds: 1, accounts: [] }),
  };
  return { mail: { ...mail, ...overrides }, status: { ...status, ...overrides }, asked };
}
