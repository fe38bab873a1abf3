import { afterAll, describe, expect, test } from 'vitest';
import { ContentReader } from '../../src/content/worker/content-reader.ts';
import { loadOriginal } from '../../src/mail/compose/original.ts';
import { MailReader } from '../../src/mail/read.ts';
import { bearable, heavyHtml, lagDuring } from '../content/fixtures/heavy.ts';
import { letter, mixed, part, parts } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { context, openSandbox } from '../support/mailboxes.ts';
import { AttachmentRig, within } from './compose/attachment-rig.ts';

const htmlLetter = (subject: string, body: string) =>
  letter({ subject, headers: ['Content-Type: text/html; charset=utf-8'], body });

describe('a heavy mail', () => {
  const rig = new MailRig(openSandbox);

  test('holds up nobody else: the event loop stays free and another mail is read meanwhile', async () => {
    const slow = await rig.store(htmlLetter('Heavy', heavyHtml));
    const quick = await rig.store(letter({ subject: 'Quick', body: 'Quick.' }));
    await rig.read(await rig.store(htmlLetter('Warm', '<p>warm</p>')));
    await rig.read(quick);
    const order: string[] = [];
    const named = (name: string, id: string) =>
      rig.read(id).then(({ body }) => order.push(`${name}: ${body.text.slice(0, 6)}`));
    const { p99, ms } = await lagDuring(() => Promise.all([named('slow', slow), named('quick', quick)]));
    expect(order).toEqual(['quick: Quick.', expect.stringMatching(/^slow: hello/u)]);
    expect(p99).toBeLessThan(bearable(ms));
  });
});

describe('a mail that cannot be read in time', () => {
  const rig = new AttachmentRig(openSandbox);
  const hasty = new ContentReader({ maxMs: 400 });
  afterAll(() => hasty.close());
  const settings = { content: hasty, zone: 'Europe/Berlin', own: new Set<string>(), authservIds: [] };
  const read = (id: string) => new MailReader(rig.store, settings).read({ id }, context());

  test('still gives its headers, its attachments and a raw excerpt, and says so', async () => {
    const body = parts(
      'h1',
      part(['Content-Type: text/html; charset=utf-8'], heavyHtml),
      part(['Content-Type: application/pdf; name="a.pdf"'], 'x'),
    );
    const email = await read(
      await rig.put(letter({ subject: 'Late', headers: [mixed('h1'), 'List-Id: <l.x>'], body })),
    );
    expect(email).toMatchObject({
      subject: 'Late',
      list: { id: '<l.x>' },
      attachments: [{ part: '2', name: 'a.pdf' }],
      warnings: [{ code: 'malformed' }],
    });
    expect(email.body.text.startsWith('<p style=')).toBe(true);
    expect(await read(await rig.put(htmlLetter('Next', '<p>Next</p>')))).toMatchObject({
      body: { text: 'Next' },
    });
  });

  test('is not quoted as HTML, and is forwarded as it is', async () => {
    const id = await rig.put(htmlLetter('Late', heavyHtml));
    const deps = { store: rig.store, content: hasty, authservIds: [] };
    const original = await loadOriginal(deps, id, { html: true }, within());
    expect(original).toMatchObject({ malformed: true });
    expect(original.html).toBeUndefined();
  });
});
