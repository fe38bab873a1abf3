import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Draft, SentMail } from '../../src/domain/outbox.ts';
import { startServer } from '../support/mcp-client.ts';
import { type PostOffice, postOffices } from '../support/post-office.ts';
import { Desk, type DeskOptions } from './writing-rig.ts';

const reading = ['search_emails', 'get_email', 'get_email_thread', 'get_attachment', 'get_folders'];
const calendars = ['list_calendars', 'get_calendar_events', 'get_event', 'search_calendar', 'get_free_busy'];
const sending = ['send_draft', 'send_email'];
const changing = [
  ...['create_draft', 'mark_email', 'move_email', 'delete_email'],
  ...['create_directory', 'rename_directory', 'delete_directory'],
];
const sorted = (names: readonly string[]) => [...names].sort();

test('all mail tools together cost at most 5,500 tokens in tools/list', async () => {
  const server = startServer({});
  await server.initialize();
  const { tools } = (await server.request('tools/list')) as { tools: { name: string }[] };
  await server.end();
  const known = new Set([...reading, 'download_attachment', ...changing, ...sending]);
  const mail = tools.filter(({ name }) => known.has(name));
  expect(mail).toHaveLength(known.size);
  expect(Buffer.byteLength(JSON.stringify(mail)) / 4).toBeLessThanOrEqual(5500);
});

describe.each(postOffices)('what may leave on $name', ({ open }) => {
  let office: PostOffice;
  let sent = 0;
  /** Every test its own words: the same twice would be refused for another reason. */
  const letter = () => ({
    to: [office.env('bob').MAILBOX_EMAIL],
    subject: `Nr. ${++sent}`,
    text: `Text ${sent}`,
  });

  const desk = async (options: DeskOptions): Promise<Desk> => {
    const opened = await Desk.open(office, 'alice', options);
    onTestFinished(async () => {
      expect(await opened.close()).toMatchObject({ code: 0 });
    });
    return opened;
  };

  beforeAll(async () => {
    office = await open();
  }, 30_000);
  afterAll(() => office.close());

  test('MAILBOX_READ_ONLY lists no tool that changes anything, and calling one by name does nothing', async () => {
    const { tools, refused, paths, standing } = await desk({ env: { MAILBOX_READ_ONLY: 'true' } });
    expect(sorted(await tools())).toEqual(sorted([...reading, ...calendars, 'get_server_status']));
    const before = await paths();
    const message = letter();
    const calls = { send_email: message, create_draft: message, create_directory: { path: 'New' } };
    for (const [tool, args] of Object.entries(calls)) {
      expect(await refused(tool, args)).toMatchObject({ code: 'invalid_input' });
    }
    expect(await paths()).toEqual(before);
    expect(await standing('Drafts')).toEqual([]);
    expect(await office.copies('bob', message.subject)).toEqual([]);
  });

  test('MAILBOX_SEND=drafts-only lists nothing that sends; drafts can be written', async () => {
    const { tools, refused, draft } = await desk({ env: { MAILBOX_SEND: 'drafts-only' } });
    const listed = await tools();
    expect(listed.filter((name) => sending.includes(name))).toEqual([]);
    expect(listed).toEqual(expect.arrayContaining(changing));
    const message = letter();
    const { id } = await draft(message);
    expect(await refused('send_draft', { id })).toMatchObject({ code: 'invalid_input' });
    expect(await refused('send_email', { draft: id })).toMatchObject({ code: 'invalid_input' });
    expect(await office.copies('bob', message.subject)).toEqual([]);
    expect(await office.copies('alice', message.subject, 'Drafts')).toHaveLength(1);
  });

  describe('MAILBOX_SEND=confirm', () => {
    const confirm = (capabilities = {}) => desk({ env: { MAILBOX_SEND: 'confirm' }, capabilities });

    /** A client whose person decides so; the questions they are asked. */
    const asking = async (action: string, capability: Record<string, unknown> = {}) => {
      const asked = await confirm({ elicitation: capability });
      const questions: string[] = [];
      asked.server.answers.set('elicitation/create', ({ message }) => {
        questions.push(String(message));
        return { action, ...(action === 'accept' ? { content: {} } : {}) };
      });
      return { ...asked, questions };
    };

    test.each([{}, { form: {} }])('a person who accepts has seen who gets what (%o)', async (capability) => {
      const { call, questions } = await asking('accept', capability);
      const message = { ...letter(), bcc: [office.env('alice').MAILBOX_EMAIL] };
      expect(await call<SentMail>('send_email', message)).toMatchObject({ status: 'sent' });
      expect(questions).toHaveLength(1);
      for (const shown of [...message.to, ...message.bcc, message.subject, 'sha256', 'bytes']) {
        expect(questions[0]).toContain(shown);
      }
      expect(await office.copies('bob', message.subject)).toHaveLength(1);
    });

    test.each(['decline', 'cancel'])('%s: nothing leaves, also not as a draft', async (action) => {
      const { refused, draft, questions } = await asking(action);
      const message = letter();
      expect(await refused('send_email', message)).toMatchObject({ code: 'forbidden', retryable: false });
      const { id } = await draft(message);
      expect(await refused('send_draft', { id })).toMatchObject({ code: 'forbidden' });
      expect(questions).toHaveLength(2);
      expect(await office.copies('bob', message.subject)).toEqual([]);
      expect(await office.copies('alice', message.subject, 'Sent')).toEqual([]);
      expect(await office.copies('alice', message.subject, 'Drafts')).toHaveLength(1);
    });

    test('a client that cannot ask sends by way of a draft only', async () => {
      const { refused, call } = await confirm();
      const message = letter();
      const error = await refused('send_email', message);
      expect(error).toMatchObject({ code: 'forbidden', hint: expect.stringContaining('create_draft') });
      expect(await office.copies('bob', message.subject)).toEqual([]);
      const { id, messageId } = await call<Draft>('create_draft', message);
      expect(await call<SentMail>('send_draft', { id })).toMatchObject({ status: 'sent', messageId });
      expect(await office.copies('bob', messageId)).toHaveLength(1);
    });
  });

  test('MAILBOX_ALLOWED_RECIPIENTS holds for Cc, Bcc, replies and drafts', async () => {
    const { address } = await desk({});
    const { refused, draft, find, send } = await desk({ env: { MAILBOX_ALLOWED_RECIPIENTS: address } });
    const stranger = [office.env('bob').MAILBOX_EMAIL];
    for (const field of ['to', 'cc', 'bcc']) {
      const args = { ...letter(), to: [address], [field]: stranger };
      expect(await refused('send_email', args)).toMatchObject({ code: 'forbidden' });
      expect(await office.copies('bob', args.subject)).toEqual([]);
      expect(await office.copies('alice', args.subject)).toEqual([]);
    }
    const { id } = await draft(letter());
    expect(await refused('send_draft', { id })).toMatchObject({ code: 'forbidden' });
    const own = { ...letter(), to: [address] };
    expect(await send(own)).toMatchObject({ status: 'sent' });
    const inReplyTo = await find(own.subject);
    expect(await refused('send_email', { inReplyTo, cc: stranger, text: 'x' })).toMatchObject({
      code: 'forbidden',
    });
  });
});
