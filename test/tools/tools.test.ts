import { describe, expect, test } from 'vitest';
import type { CalendarPort } from '../../src/domain/calendar-port.ts';
import type { ReadEmail } from '../../src/domain/mail.ts';
import { catalogue, selectTools } from '../../src/tools/catalogue.ts';
import { WithImage, WithLink } from '../../src/tools/define-tool.ts';
import { getEmail } from '../../src/tools/mail/get-email.ts';
import { fakeServices, leastArguments, mailId } from './services.ts';

const signal = new AbortController().signal;
const confirm = async () => true;

function tool(name: string) {
  const found = catalogue.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`no tool ${name}`);
  return found;
}

async function call(name: string, args: Record<string, unknown>, services = fakeServices()) {
  const { handler, input } = tool(name);
  return {
    result: await handler(input.parse(args), { ...services, signal, confirm }),
    asked: services.asked,
  };
}

test.each([
  ['get_folders', {}, 'folders', {}],
  ['search_emails', {}, 'search', { limit: 20 }],
  [
    'search_emails',
    { query: 'a', limit: 5, unread: false },
    'search',
    { query: 'a', limit: 5, unread: false },
  ],
  ['search_emails', { from: ['a@x.org', 'Bob'] }, 'search', { from: '["a@x.org","Bob"]', limit: 20 }],
  ['get_email', { id: mailId }, 'read', { id: mailId, format: 'text', maxChars: 8_000 }],
  ['get_event', { id: 'work/8f2c' }, 'getEvent', { id: 'work/8f2c' }],
  ['get_event', { id: 'work/8f2c', offset: 9 }, 'getEvent', { id: 'work/8f2c', offset: 9 }],
  ['get_email_thread', { id: mailId }, 'thread', { id: mailId, limit: 50 }],
  ['get_attachment', { id: mailId, part: '2' }, 'attachment', { id: mailId, part: '2', maxChars: 8_000 }],
  ['download_attachment', { id: mailId, part: '2' }, 'download', { id: mailId, part: '2' }],
  ['move_email', { ids: [mailId], folder: 'archive' }, 'move', { ids: [mailId], folder: 'archive' }],
  ['mark_email', { ids: [mailId], add: ['read'] }, 'mark', { ids: [mailId], add: ['read'] }],
  ['delete_email', { ids: [mailId] }, 'remove', { ids: [mailId] }],
  ['create_directory', { path: 'A' }, 'createFolder', { path: 'A' }],
  ['rename_directory', { path: 'A', newPath: 'B' }, 'renameFolder', { path: 'A', newPath: 'B' }],
  ['delete_directory', { path: 'A' }, 'deleteFolder', { path: 'A' }],
  ['create_draft', { text: 'Hi', replaces: mailId }, 'createDraft', { text: 'Hi', replaces: mailId }],
  ['get_server_status', {}, 'status', undefined],
])('%s %j asks the port once, with its defaults and the signal', async (name, args, method, request) => {
  const { asked } = await call(name, args);
  expect(asked).toEqual([{ method, request, context: { signal } }]);
});

describe('get_email of a mail with an invitation', () => {
  const invitation = {
    ...{ method: 'REQUEST', title: 'Lunch', organizer: 'Bob <bob@rig.test>' },
    ...{ start: '2026-11-20T12:00:00+01:00', end: '2026-11-20T13:00:00+01:00' },
  };
  const invitedTo = { uid: 'lunch@rig.test', occurrence: '2026-11-20' };
  const reading = async (overrides: Partial<CalendarPort>, beside: Partial<ReadEmail> = { invitedTo }) => {
    const plain = fakeServices();
    const email = await plain.mail.read({ id: mailId }, { signal });
    const services = fakeServices({ read: async () => ({ ...email, invitation, ...beside }), ...overrides });
    const { result, asked } = await call('get_email', { id: mailId }, services);
    expect(getEmail.output.strict().safeParse(result).error).toBeUndefined();
    return { result, asked, email };
  };

  test('asks the calendar by what the mail says of the event, and shows only the id', async () => {
    const questions: unknown[] = [];
    const { result, email } = await reading({
      eventIdOf: async (...question) => {
        questions.push(question);
        return 'work/8f2c@2026-11-20';
      },
    });
    expect(questions).toEqual([[invitedTo, { signal }]]);
    const shown = { ...invitation, eventId: 'work/8f2c@2026-11-20' };
    expect(result).toEqual({ ...email, invitation: shown });
  });

  test('is the mail alone where the calendar knows nothing', async () => {
    const { result, asked, email } = await reading({});
    expect(result).toEqual({ ...email, invitation });
    expect(asked).toEqual([{ method: 'eventIdOf', request: invitedTo, context: { signal } }]);
  });

  test('asks nothing where the mail names no event', async () => {
    const { result, asked, email } = await reading({}, {});
    expect(result).toEqual({ ...email, invitation });
    expect(asked).toEqual([]);
  });
});

test.each([
  ['send_email', { to: ['bob@rig.test'], text: 'Hi' }, 'send'],
  ['send_draft', { id: mailId }, 'sendDraft'],
])('%s takes along the way to ask the person', async (name, args, method) => {
  const { asked } = await call(name, args);
  expect(asked).toEqual([{ method, request: args, context: { signal, confirm } }]);
});

test('what sends or destroys demands the person at every call, and only that', () => {
  const demanding = catalogue.filter(({ requiresUserInteraction }) => requiresUserInteraction);
  expect(demanding.map(({ name }) => name).sort()).toEqual([
    ...['create_event', 'delete_directory', 'delete_email', 'delete_event', 'respond_to_invitation'],
    ...['send_draft', 'send_email', 'update_event'],
  ]);
  for (const { name, annotations } of demanding) {
    expect(annotations.destructiveHint || annotations.openWorldHint, name).toBe(true);
  }
});

test('every tool returns what its output schema declares', async () => {
  for (const tool of catalogue) {
    const { result } = await call(tool.name, leastArguments(tool));
    const data = result instanceof WithLink ? result.data : result;
    expect(tool.output.strict().safeParse(data).error, tool.name).toBeUndefined();
  }
});

test('get_attachment puts a picture beside its data, not into it', async () => {
  const content = { name: 'a.png', type: 'image/png', size: 2 };
  const image = { data: new Uint8Array([1, 2]), mimeType: 'image/png' };
  const services = fakeServices({ attachment: async () => ({ content, image }) });
  const { result } = await call('get_attachment', { id: mailId, part: '2' }, services);
  expect(result).toEqual(new WithImage(content, image));
});

test.each([
  ['search_emails', { limit: 0 }],
  ['search_emails', { limit: 101 }],
  ['search_emails', { limit: '20' }],
  ['search_emails', { limit: 2.5 }],
  ['search_emails', { query: '' }],
  ['search_emails', { query: 'x'.repeat(501) }],
  ['search_emails', { folders: 'INBOX' }],
  ['get_email', {}],
  ['get_email', { id: '' }],
  ['get_email', { id: 'x'.repeat(1_001) }],
  ['get_email', { id: mailId, format: 'pdf' }],
  ['get_email', { id: mailId, maxChars: 1_000_000 }],
  ['get_email', { id: mailId, offset: -1 }],
  ['get_event', { id: 'work/8f2c', offset: -1 }],
  ['get_folders', { all: true }],
  ['move_email', { ids: [], folder: 'archive' }],
  ['move_email', { ids: Array.from({ length: 501 }, () => mailId), folder: 'archive' }],
  ['send_email', { to: 'bob@rig.test', text: 'Hi' }],
  ['send_email', { to: ['x'.repeat(401)], text: 'Hi' }],
  ['send_email', { text: 'Hi', attachments: [{ href: 'https://example.org' }] }],
  ['create_draft', { text: 'Hi', idempotencyKey: 'k' }],
])('%s refuses %j', (name, args) => {
  expect(tool(name).input.safeParse(args).success).toBe(false);
});

test('read-only mode is the hint and nothing else; toolsets choose whole groups', () => {
  const names = (tools: readonly { name: string }[]) => tools.map(({ name }) => name);
  const hinted = catalogue.filter(({ annotations }) => annotations.readOnlyHint);
  const send = 'direct';
  expect(selectTools(catalogue, { readOnly: true, send, toolsets: undefined })).toEqual(hinted);
  expect(names(hinted)).not.toContain('download_attachment');
  expect(names(selectTools(catalogue, { readOnly: false, send, toolsets: ['server'] }))).toEqual([
    'get_server_status',
  ]);
  expect(selectTools(catalogue, { readOnly: false, send, toolsets: undefined })).toEqual(catalogue);
});

test('where only drafts are allowed nothing is listed that sends, and drafts are', () => {
  const listed = selectTools(catalogue, { readOnly: false, send: 'drafts-only', toolsets: undefined });
  const names = listed.map(({ name }) => name);
  expect(names.filter((name) => name.startsWith('send'))).toEqual([]);
  expect(names).toContain('create_draft');
});
