import { expect, test } from 'vitest';
import { z } from 'zod';
import { MailboxError } from '../../src/domain/errors.ts';
import { email, folderList } from '../../src/domain/mail.ts';
import { canonical, maxAnswerBytes, presentError, presentResult } from '../../src/server/present.ts';
import { WithImage, WithLink } from '../../src/tools/define-tool.ts';
import { downloadAttachment } from '../../src/tools/mail/download-attachment.ts';
import { getAttachment } from '../../src/tools/mail/get-attachment.ts';
import { getEmail } from '../../src/tools/mail/get-email.ts';
import { getFolders } from '../../src/tools/mail/get-folders.ts';

test('structured content and text are the same compact JSON', () => {
  const { structuredContent, content } = presentResult(getFolders, {
    folders: [{ path: 'INBOX', role: 'inbox', total: 0, unread: 0 }],
  });
  expect(structuredContent).toEqual({ folders: [{ path: 'INBOX', role: 'inbox', total: 0, unread: 0 }] });
  expect(content).toEqual([{ type: 'text', text: JSON.stringify(structuredContent) }]);
});

test('optional fields that say nothing are left out, required ones stay, zero stays', () => {
  const schema = z.object({
    required: z.array(z.string()),
    empty: z.array(z.string()).optional(),
    nothing: z.string().optional(),
    no: z.boolean().optional(),
    zero: z.number().optional(),
    nested: z.object({ a: z.string().optional() }).optional(),
    list: z.array(z.object({ no: z.boolean().optional(), text: z.string() })),
  });
  const value = {
    ...{ required: [], empty: [], nothing: '', no: false, zero: 0, nested: { a: undefined } },
    list: [{ no: false, text: '' }],
  };
  expect(canonical(schema, value)).toEqual({ required: [], zero: 0, list: [{ text: '' }] });
  expect(canonical(schema, { ...value, nested: null, no: null, nothing: null })).toEqual({
    required: [],
    zero: 0,
    list: [{ text: '' }],
  });
});

test('a field whose only value is false says something: a folder that holds no messages', () => {
  const folders = [{ path: 'Lists', total: 0, unread: 0, holdsMessages: false }];
  expect(canonical(folderList, { folders })).toEqual({ folders });
});

test('fields come in the order of the noun, and none that it does not declare', () => {
  const body = { totalChars: 1, internal: 'x', format: 'text', text: 'a' };
  const shown = canonical(email, { password: 'x', body, subject: 's', id: 'i' });
  expect(JSON.stringify(shown)).toBe(
    '{"id":"i","subject":"s","body":{"text":"a","format":"text","totalChars":1}}',
  );
});

test('a picture is a block of its own beside the JSON', () => {
  const data = Buffer.from('xx\u0001\u0002yy').subarray(2, 4);
  const facts = { name: 'a.png', type: 'image/png', size: 2 };
  const { content, structuredContent } = presentResult(
    getAttachment,
    new WithImage(facts, { data, mimeType: 'image/png' }),
  );
  expect(structuredContent).toEqual(facts);
  expect(content[1]).toEqual({ type: 'image', data: 'AQI=', mimeType: 'image/png' });
});

test('an answer no client would take is an error that says how to ask for less', () => {
  const body = { text: 'ü'.repeat(maxAnswerBytes / 2), format: 'text', totalChars: 20_000 };
  expect(() => presentResult(getEmail, { id: 'i', body })).toThrow(
    expect.objectContaining({ code: 'internal', hint: 'Ask for less with maxChars or offset.' }),
  );
});

test('an error is its code, our sentence, the hint and whether to try again; never its cause', () => {
  const cause = new Error('NO [AUTHENTICATIONFAILED] hunter2');
  const error = new MailboxError('rate_limited', 'Too many logins.', { hint: 'Wait a minute.', cause });
  expect(presentError(error)).toEqual({
    isError: true,
    content: [
      {
        type: 'text',
        text: '{"error":{"code":"rate_limited","message":"Too many logins.","hint":"Wait a minute.","retryable":true}}',
      },
    ],
  });
  expect(JSON.stringify(presentError(new MailboxError('not_found', 'Gone.')))).not.toContain('hint');
});

test('a saved file is linked for a client that knows links, and only for that', () => {
  const file = { path: '/home/a/b c.pdf', size: 2, sha256: 'x' };
  const link = { uri: 'file:///home/a/b%20c.pdf', name: 'b c.pdf' };
  const [known, unknown] = [true, false].map((knows) =>
    presentResult(downloadAttachment, new WithLink(file, link), knows),
  );
  expect(known?.content[1]).toEqual({ type: 'resource_link', ...link });
  expect(unknown?.content).toHaveLength(1);
  expect([known?.structuredContent, unknown?.structuredContent]).toEqual([file, file]);
});
