import { describe, expect, test } from 'vitest';
import { facts } from '../../src/mail/fetched.ts';
import { letter } from '../support/letters.ts';
import { MailRig } from '../support/mail-rig.ts';
import { context, mailboxKinds } from '../support/mailboxes.ts';

const forged = [
  'boss@example.org (x) <x@evil.example>',
  '<boss@example.org> <x@evil.example>',
  'Boss <boss@example.org> <x@evil.example>',
  'boss@example.org\t<x@evil.example>',
  'boss@example.org x@evil.example',
];

describe.each(mailboxKinds)('a From field that is no proper one, on $name', ({ name, open }) => {
  const rig = new MailRig(open);

  test.each(forged)('%j is from x@evil.example in every answer, and reading it warns', async (from) => {
    const subject = `Forged ${forged.indexOf(from)}`;
    const id = await rig.store(letter({ subject, from }));
    const { emails } = await rig.search({ subject });
    const { emails: thread } = await rig.account.mail.thread({ id }, context());
    const { warnings = [], ...read } = await rig.read(id);
    for (const told of [...emails, ...thread, read]) expect(told.from).toMatch(/(?:^|<)x@evil\.example>?$/u);
    const codes = warnings.map(({ code }) => code);
    expect(codes).toContain('display_name_spoof');
    const warning = warnings.find(({ code }) => code === 'display_name_spoof');
    expect(warning?.detail).toMatch(/says boss@example\.org|another sender, at [a-z.]+\.$/u);
  });

  test('a group is from its member; that Dovecot takes its name for the sender is told', async () => {
    const id = await rig.store(letter({ subject: 'Group', from: 'boss@example.org: x@evil.example;' }));
    const { from, warnings = [] } = await rig.read(id);
    expect(from).toBe('x@evil.example');
    expect(warnings.map(({ code }) => code)).toEqual(name === 'dovecot' ? ['display_name_spoof'] : []);
  });

  const several = ['<service@paypal.com>, <x@evil.example>', 'both: service@paypal.com, x@evil.example;'];
  test.each(several)('%j: that it names a second sender is told', async (from) => {
    const id = await rig.store(letter({ subject: `Several ${several.indexOf(from)}`, from }));
    const { from: shown, warnings = [] } = await rig.read(id);
    expect(shown).toBe('service@paypal.com');
    expect(warnings).toContainEqual({
      code: 'display_name_spoof',
      detail: 'The From field names several senders; another one is at evil.example.',
    });
  });

  test('half of a name without quotes is not the sender: the address behind it is', async () => {
    for (const from of ['PayPal Service, <x@evil.example>', 'Doe, x@evil.example']) {
      const id = await rig.store(letter({ subject: from, from }));
      const { from: shown, authentication, warnings } = await rig.read(id);
      expect(shown).toBe('x@evil.example');
      expect(authentication.from).toBe('evil.example');
      expect(warnings).toBeUndefined();
    }
  });

  test('an organizer who poses as somebody else is told of', async () => {
    const event = [
      'UID:u1',
      'DTSTART:20261123T100000Z',
      'ORGANIZER;CN="ceo@bank.de":mailto:evil@evil.example',
    ];
    const lines = [
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'BEGIN:VEVENT',
      ...event,
      'END:VEVENT',
      'END:VCALENDAR',
    ];
    const headers = ['Content-Type: text/calendar; method=REQUEST; charset=utf-8'];
    const id = await rig.store(letter({ subject: 'Invited', headers, body: `${lines.join('\r\n')}\r\n` }));
    const { invitation, warnings } = await rig.read(id);
    expect(invitation?.organizer).toBe('"ceo@bank.de" <evil@evil.example>');
    expect(warnings).toEqual([
      {
        code: 'display_name_spoof',
        detail: 'The name says ceo@bank.de, the organizer is at evil.example.',
      },
    ]);
  });

  test('what is only written in an old way gives no warning', async () => {
    const ways = [
      'Pete(A \\) chap) <pete(his account)@example.com>',
      'a@example.com (Al)',
      'Bücher <b@x.de>',
    ];
    for (const from of ways) {
      const id = await rig.store(letter({ subject: `Way ${ways.indexOf(from)}`, from }));
      expect((await rig.read(id)).warnings ?? []).toEqual([]);
    }
  });
});

test('the From field counts, and what the server makes of it is told beside', () => {
  const envelope = { from: [{ name: 'x', address: 'boss@example.org' }] };
  const told = { seq: 1, uid: 1, flags: new Set<string>(), internalDate: new Date(0), envelope };
  const headers = Buffer.from('From: boss@example.org (x)\r\n <x@evil.example>\r\n\r\n');
  expect(facts({ ...told, headers })).toMatchObject({
    envelope: { from: [{ name: 'boss@example.org', address: 'x@evil.example' }] },
    otherFrom: 'boss@example.org',
  });
  expect(facts(told)?.envelope.from).toEqual(envelope.from);
  const same = Buffer.from('From: x <Boss@EXAMPLE.org>\r\n\r\n');
  expect(facts({ ...told, headers: same })).not.toHaveProperty('otherFrom');
});
