import { describe, expect, test } from 'vitest';
import { letter, mixed, part, parts } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { context, mailboxKinds } from '../support/mailboxes.ts';

const opening = part(['Content-Type: text/plain'], 'The opening words.');
const file = (index: number) => part([`Content-Type: application/pdf; name="file${index}.pdf"`], 'x');
const many = (count: number) => Array.from({ length: count }, (_, index) => file(index + 1));
const crowded = (subject: string, count: number) =>
  letter({ subject, headers: [mixed('p1')], body: parts('p1', opening, ...many(count)) });

describe.each(mailboxKinds)('mails of very many parts on $name', ({ open }) => {
  const rig = new MailRig(open);

  test('are listed beside the others', async () => {
    for (const subject of ['Crowd one', 'Crowd two']) await rig.store(crowded(subject, 5000));
    await rig.store(letter({ subject: 'Crowd of one', body: 'Plain.' }));
    expect(await rig.subjects({ subject: 'Crowd' })).toEqual(
      expect.arrayContaining(['Crowd one', 'Crowd two', 'Crowd of one']),
    );
  });

  test('open with their text and their first attachments, and say that there is more', async () => {
    const id = await rig.store(crowded('Five thousand', 5000));
    const email = await rig.read(id);
    expect(email).toMatchObject({ subject: 'Five thousand', warnings: [{ code: 'malformed' }] });
    expect(email.body.text).toBe('The opening words.');
    expect(email.attachments).toHaveLength(100);
    expect(email.attachments?.at(-1)).toMatchObject({ part: '101', name: 'file100.pdf' });
    const { content } = await rig.account.mail.attachment({ id, part: '101' }, context());
    expect(content).toMatchObject({ name: 'file100.pdf', type: 'application/pdf' });
    const thread = await rig.account.mail.thread({ id }, context());
    expect(thread.emails).toMatchObject([{ subject: 'Five thousand', text: 'The opening words.' }]);
    expect(thread.emails[0]?.attachments?.length).toBeLessThan(101);
  });

  test('of which there are 300 attachments are told exactly', async () => {
    const { attachments, omitted, warnings } = await rig.read(await rig.store(crowded('Three hundred', 300)));
    expect(attachments).toHaveLength(100);
    expect(omitted).toEqual({ attachments: 200 });
    expect(warnings).toBeUndefined();
  });

  test('to thousands of people show the first, and say that there are more', async () => {
    const people = Array.from({ length: 3000 }, (_, index) => `"Number ${index}" <n${index}@x.example>`);
    const to = people.join(',\r\n ');
    const email = await rig.read(await rig.store(letter({ subject: 'All', to, body: 'Hello all.' })));
    expect(email.to).toHaveLength(40);
    expect(email.body.text).toBe('Hello all.');
    expect(email.warnings).toMatchObject([{ code: 'malformed' }]);
  });

  test('to eight people names the first five in a list, and says that there are more', async () => {
    const to = Array.from({ length: 8 }, (_, index) => `n${index}@x.example`).join(', ');
    await rig.store(letter({ subject: 'Eight', to }));
    const { emails } = await rig.search({ subject: 'Eight' });
    expect(emails[0]?.to).toEqual([0, 1, 2, 3, 4].map((nth) => `n${nth}@x.example`).concat('… 3 more'));
  });
});
