import { readFileSync } from 'node:fs';
import { ImapFlow } from 'imapflow';

/** Another mail program, logged in with these settings. */
export async function logIn(env: Record<string, string>): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: env.MAILBOX_IMAP_HOST ?? '',
    port: Number(env.MAILBOX_IMAP_PORT),
    secure: env.MAILBOX_IMAP_SECURE === 'true',
    auth: { user: env.MAILBOX_EMAIL ?? '', pass: env.MAILBOX_PASSWORD ?? '' },
    ...(env.MAILBOX_CA_FILE ? { tls: { ca: readFileSync(env.MAILBOX_CA_FILE) } } : {}),
    logger: false,
    disableAutoIdle: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
