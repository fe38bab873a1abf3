import { onTestFinished } from 'vitest';
import { openSandboxPostOffice } from '../../support/post-office.ts';
import { startProxy } from '../../support/proxy.ts';
import { Desk } from './rig.ts';

/** Changes what the server says before our server hears it; binary text. */
type Lie = (said: string) => string;

/** Alice's server hears of the mailbox what `lie` makes of it; the other mail program hears the truth. */
export async function lyingOffice() {
  let lie: Lie = (said) => said;
  const office = await openSandboxPostOffice();
  onTestFinished(() => office.close());
  const proxy = await startProxy({
    targetPort: office.sandbox.imapPort,
    rewrite: (piece) => Buffer.from(lie(piece.toString('latin1')), 'latin1'),
  });
  onTestFinished(() => proxy.close());
  const env = { MAILBOX_IMAP_PORT: String(proxy.port) };
  const alice = await Desk.of(office, 'alice', env);
  onTestFinished(() => alice.close());
  return {
    ...{ alice, env, sandbox: office.sandbox },
    tell: (next: Lie) => {
      lie = next;
    },
  };
}
