import { expect, test } from 'vitest';
import { loadOriginal } from '../../../src/mail/compose/original.ts';
import { forwardAttachments } from '../../../src/mail/compose/original-forward.ts';
import type { Fault, FaultEvent } from '../../../src/sandbox/faults.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { letter, mixed, part, parts } from '../../support/letters.ts';
import { openSandbox } from '../../support/mailboxes.ts';
import { AttachmentRig, limits, within } from './attachment-rig.ts';

let sandbox: Sandbox;
let fault: ((event: FaultEvent) => Fault | undefined) | undefined;
const rig = new AttachmentRig(async () => {
  const box = await openSandbox({ intercept: (event) => fault?.(event) });
  ({ sandbox } = box);
  return box;
});

/** Strikes once, or every time. */
function arm(next: Fault, times = 1): void {
  let left = times;
  fault = ({ command, line }) =>
    command === 'UID FETCH' && line.includes('BODY.PEEK[2]') && left-- > 0 ? next : undefined;
}

const payload = Buffer.from(
  Uint32Array.from({ length: 100_000 }, (_, n) => (n * 2_654_435_761) >>> 0).buffer,
);
const attached = (name: string, bytes: Buffer) =>
  part(
    [
      'Content-Type: application/x-a',
      `Content-Disposition: attachment; filename=${name}`,
      'Content-Transfer-Encoding: base64',
    ],
    bytes.toString('base64').replace(/.{76}/gu, '$&\r\n'),
  );
const mail = letter({
  headers: [mixed('m1')],
  body: parts(
    'm1',
    part(['Content-Type: text/plain'], 'x'),
    attached('a', payload),
    attached('b', Buffer.from('b')),
  ),
});

test('a connection lost at any byte of the answer costs a second try and never a byte of the file', async () => {
  const id = await rig.put(mail);
  for (const cut of [0, 1, 50, 1000, 262_144, 300_000, 500_000]) {
    arm({ cutAfter: cut });
    const [file] = await rig.source.load([{ emailId: id, part: '2' }], limits, within());
    expect(file?.content.equals(payload)).toBe(true);
  }
});

test('a connection that is always lost is an error, never a shorter file', async () => {
  const id = await rig.put(mail);
  arm({ cutAfter: 300_000 }, 100);
  await expect(rig.source.load([{ emailId: id, part: '2' }], limits, within())).rejects.toMatchObject({
    code: 'unavailable',
  });
  fault = undefined;
});

test('a server that announces more than it sends is an error, never a shorter file', async () => {
  const id = await rig.put(mail);
  const original = await loadOriginal({ ...rig, authservIds: [] }, id, { html: false }, within());
  const [, file] = original.structure.children;
  const more = { ...file!, size: (file?.size ?? 0) + 1 };
  await expect(rig.source.parts(original.ref, [{ part: more }], limits, within())).rejects.toMatchObject({
    code: 'unavailable',
  });
});

test('an original that was listed before is one FETCH, and none of them sets \\Seen', async () => {
  const id = await rig.put(mail);
  const load = () => loadOriginal({ ...rig, authservIds: [] }, id, { html: true }, within());
  const original = await load();
  await rig.store.facts(original.ref, within());
  const before = sandbox.imap.commands.length;
  await load();
  const commands = sandbox.imap.commands.slice(before);
  expect(commands.filter((line) => line.includes('FETCH'))).toHaveLength(1);
  await forwardAttachments(rig.source, original, { cids: [] }, limits, within());
  await rig.source.message(original.ref, limits, within());
  expect(sandbox.imap.commands.filter((line) => /BODY(?!\.PEEK|STRUCTURE)/u.test(line))).toEqual([]);
  expect(await rig.flags(id)).toEqual([]);
});
