import { expect, test } from 'vitest';
import { MailboxError } from '../../../src/domain/errors.ts';
import { createLog } from '../../../src/log.ts';
import { contentOf } from '../../../src/mail/compose/wire-bytes.ts';
import {
  Clearance,
  type ClearanceOptions,
  type ClearanceRequest,
  patienceMs,
} from '../../../src/mail/outbox/clearance.ts';
import type { Sought } from '../../../src/mail/outbox/repeat-look.ts';

const place = { folder: 'Sent', uidValidity: 1n, uidNext: 8 };
const draft = { folder: 'Drafts', uidValidity: 2n, uid: 3 };
const conflict = new MailboxError('conflict', 'Sent before.');
const call = () => AbortSignal.timeout(5000);
const content = (subject = 'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n') =>
  contentOf(Buffer.from(`From: a@x\r\n${subject}To: b@x\r\n\r\nhi\r\n`));

/** What is asked of the server, which answers with `answer`. */
function asking(answer: () => Promise<unknown> = async () => ({ place, repeats: () => undefined })) {
  const asked: unknown[] = [];
  const logged: string[] = [];
  const options = {
    repeats: {
      look: (sought: Sought, signal: AbortSignal) => {
        asked.push(sought);
        expect(signal.aborted).toBe(false);
        return answer();
      },
    },
    ids: {
      lastLook: (messageId: string) => {
        asked.push(messageId);
        return answer();
      },
    },
    log: createLog({ level: 'debug', write: (line) => logged.push(line) }),
  };
  return { asked, logged, clearance: new Clearance(options as unknown as ClearanceOptions) };
}

function request(changes: Record<string, unknown> = {}): ClearanceRequest {
  const outgoing = { messageId: '<m@x>', to: [{ address: 'b@x' }, { address: 'c@x' }] };
  return { outgoing, idempotencyKey: undefined, draft, ...changes } as unknown as ClearanceRequest;
}

test('without a key the same is looked for by the subject in the bytes and the first recipient', async () => {
  const { asked, clearance } = asking();
  expect(await clearance.give(request(), content(), call())).toBe(place);
  expect(await clearance.give(request(), content(''), call())).toBe(place);
  const about = { to: 'b@x', draft };
  expect(asked).toEqual([
    { ...about, subject: 'Grüße' },
    { ...about, subject: '' },
  ]);
});

test('a look that is under way already is not begun again', async () => {
  const { asked, clearance } = asking();
  const other = { ...place, uidNext: 9 };
  const looking = Promise.resolve({ place: other });
  expect(await clearance.give(request({ looking }), content(), call())).toBe(other);
  expect(asked).toEqual([]);
});

test('a repeat is refused, with a key as without', async () => {
  const { clearance } = asking(async () => ({ place, repeats: () => conflict }));
  await expect(clearance.give(request(), content(), call())).rejects.toBe(conflict);
  await expect(clearance.give(request({ idempotencyKey: 'k' }), content(), call())).rejects.toBe(conflict);
});

test('what another process is sending is refused, with a key as without', async () => {
  const { clearance } = asking();
  const pending = { refusal: conflict, ready: Promise.resolve() };
  await expect(clearance.give(request({ pending }), content(), call())).rejects.toBe(conflict);
  const keyed = request({ idempotencyKey: 'k', pending });
  await expect(clearance.give(keyed, content(), call())).rejects.toBe(conflict);
});

test('with a key Sent is asked when Drafts has answered', async () => {
  const { asked, clearance } = asking();
  let note = () => {};
  const ready = new Promise<void>((resolve) => {
    note = resolve;
  });
  const pending = { isCopy: true, ref: draft, ready };
  const given = clearance.give(request({ idempotencyKey: 'k', pending }), content(), call());
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(asked).toEqual([]);
  note();
  expect(await given).toBe(place);
  expect(asked).toEqual(['<m@x>']);
});

test('nothing leaves before the draft says that it may have been sent', async () => {
  const { clearance } = asking();
  let note = () => {};
  const ready = new Promise<void>((resolve) => {
    note = resolve;
  });
  let left = false;
  const given = clearance.give(request({ pending: { isCopy: false, ready } }), content(), call()).then(() => {
    left = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(left).toBe(false);
  note();
  await given;
});

test('a server that cannot say holds nothing back, and the log tells of it', async () => {
  const { logged, clearance } = asking(() => Promise.reject(new Error('gone')));
  expect(await clearance.give(request(), content(), call())).toBeUndefined();
  expect(logged.join('')).toContain('could not be looked into');
});

test('a message is held back for some seconds at most: Postfix under stress waits for ten', () => {
  expect(patienceMs).toBeGreaterThanOrEqual(2000);
  expect(patienceMs).toBeLessThan(8000);
});
