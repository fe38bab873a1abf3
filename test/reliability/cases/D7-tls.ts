import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocketOptions } from 'node:tls';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { type McpProcess, startServer, type ToolOutcome } from '../../support/mcp-client.ts';
import { type Case, Tally } from '../case.ts';
import { type CertificateSet, makeCertificateSet } from '../support/bad-certificates.ts';
import { ListeningServer, type Manner, type Protocol } from '../support/listening-server.ts';
import { formsOf } from '../support/secret-forms.ts';
import { entry } from '../support/server.ts';
import { spread } from '../support/spread.ts';
import { trapped } from '../support/trapped.ts';

const host = 'mail.test';
const user = 'alice@sandbox.test';
const password = 'Geheim!7/ä';
const protocols: readonly Protocol[] = ['imap', 'smtp', 'caldav'];

interface Trial {
  name: string;
  protocol: Protocol;
  /** SMTP only: the port on which TLS begins by STARTTLS. */
  startTls?: true;
  manner: Manner;
  options: TLSSocketOptions;
  /** The server proves who it is and sends on to another. */
  sentOn?: { location: string; manner: Manner; options: TLSSocketOptions };
}

export const tls: Case = {
  id: 'D7',
  title: 'servers that do not prove who they are over TLS hear no password',
  run: async (effort) => {
    const folder = mkdtempSync(join(tmpdir(), 'mailbox-d7-'));
    try {
      const set = makeCertificateSet(folder, host);
      return await atStrangers(set, async (strangers) => {
        const tally = new Tally(effort);
        const trials = trialsWith(set);
        for (const protocol of protocols)
          tally.count(`${protocol}: a good certificate`, await isTrusted(strangers, set, protocol));
        for (const trial of spread(trials, effort.seed)) {
          if (tally.isOver) break;
          tally.count(trial.name, await isRefused(strangers, trial));
        }
        return tally.outcome({ of: trials.length + protocols.length });
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function trialsWith({ good, bad }: CertificateSet): Trial[] {
  const old = { ...good, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const handshakes: Record<string, TLSSocketOptions> = {
    ...Object.fromEntries(Object.entries(bad).map(([what, keys]) => [`a certificate ${what}`, { ...keys }])),
    'TLS 1.0 only': { ...old, maxVersion: 'TLSv1' },
    'TLS 1.1 only': { ...old, maxVersion: 'TLSv1.1' },
    'no cipher but NULL': { ...good, ciphers: 'NULL@SECLEVEL=0', maxVersion: 'TLSv1.2' },
    'nobody signs': { ...good, ciphers: 'aNULL@SECLEVEL=0', maxVersion: 'TLSv1.2' },
  };
  const atOnce = protocols.flatMap((protocol) => [
    ...Object.entries(handshakes).map(([what, options]): Trial => {
      return { name: `${protocol}: ${what}`, protocol, manner: 'tls', options };
    }),
    { name: `${protocol}: plain text where TLS is due`, protocol, manner: 'plain', options: {} } as const,
  ]);
  const later = Object.entries(handshakes).map(([what, options]): Trial => {
    return { name: `STARTTLS: ${what}`, protocol: 'smtp', startTls: true, manner: 'starttls', options };
  });
  const stripped = (['plain', 'refuses', 'pretends', 'injects', 'injectsHalf'] as const).map(
    (manner): Trial => {
      return {
        name: `STARTTLS: the server ${manner}`,
        protocol: 'smtp',
        startTls: true,
        manner,
        options: { ...good },
      };
    },
  );
  const other = { manner: 'tls', options: bad['for another host'] ?? {} } as const;
  const sentOn = [
    { location: 'http://mail.test:80/dav/', manner: 'plain', options: {} } as const,
    { location: 'http://127.0.0.1:PLAIN/', manner: 'plain', options: {} } as const,
    { location: 'https://other.test/dav/', ...other },
  ].map((to): Trial => {
    const name = `CalDAV: sent on to ${to.location}`;
    return { name, protocol: 'caldav', manner: 'tls', options: { ...good }, sentOn: to };
  });
  return [...atOnce, ...later, ...stripped, ...sentOn];
}

/** Servers nobody should trust, one for each protocol, and the built server that is to talk with them. */
interface Strangers {
  servers: Record<Protocol, ListeningServer>;
  /** Where nobody may be led: in plain text, or as another host that proves who it is. */
  elsewhere: ListeningServer;
  run(submission: Submission): Promise<McpProcess>;
}

/** `none`: mail is read from a stranger. Else it is read at home, and handed over to one at that port. */
type Submission = 'none' | 465 | 587;

async function atStrangers<T>(set: CertificateSet, work: (strangers: Strangers) => Promise<T>): Promise<T> {
  const servers = {
    imap: new ListeningServer('imap'),
    smtp: new ListeningServer('smtp'),
    caldav: new ListeningServer('caldav'),
  };
  const elsewhere = new ListeningServer('caldav');
  await Promise.all([...Object.values(servers), elsewhere].map((server) => server.listen()));
  const sandbox = await startSandbox({ seed: false, users: [{ email: user, password }] });
  const running = new Map<Submission, McpProcess>();
  const run = async (submission: Submission) => {
    const known = running.get(submission);
    if (known) return known;
    const atHome =
      submission === 'none'
        ? {}
        : {
            MAILBOX_IMAP_HOST: '127.0.0.1',
            MAILBOX_IMAP_PORT: String(sandbox.imapPort),
            MAILBOX_IMAP_SECURE: 'false',
            MAILBOX_SMTP_PORT: String(submission),
          };
    const server = startServer({ ...envOf(set, { servers, elsewhere }), ...atHome }, { entry });
    await server.initialize();
    running.set(submission, server);
    return server;
  };
  try {
    return await work({ servers, elsewhere, run });
  } finally {
    await Promise.all([...running.values()].map((server) => server.end()));
    await Promise.all([...Object.values(servers), elsewhere, sandbox].map((server) => server.close()));
  }
}

function envOf(
  { caFile }: CertificateSet,
  { servers, elsewhere }: Pick<Strangers, 'servers' | 'elsewhere'>,
): Record<string, string> {
  const at = (port: number) => `127.0.0.1:${port}`;
  const routes = {
    [`${host}:993`]: at(servers.imap.port),
    [`${host}:465`]: at(servers.smtp.port),
    [`${host}:587`]: at(servers.smtp.port),
    [`${host}:443`]: at(servers.caldav.port),
    [`${host}:80`]: at(elsewhere.port),
    'other.test:443': at(elsewhere.port),
  };
  return {
    ...trapped('', routes),
    ...{ MAILBOX_EMAIL: user, MAILBOX_PASSWORD: password, MAILBOX_CA_FILE: caFile, POOL_TIMEOUT_MS: '2000' },
    ...{ MAILBOX_IMAP_HOST: host, MAILBOX_SMTP_HOST: host, MAILBOX_CALDAV_URL: `https://${host}/` },
    ...{ MAILBOX_SEND_LIMIT: '10000', MAILBOX_RATE_LIMIT: '0', LOG_LEVEL: 'debug' },
  };
}

let letters = 0;

function ask(server: McpProcess, protocol: Protocol): Promise<ToolOutcome<unknown>> {
  if (protocol === 'imap') return server.call('get_folders');
  if (protocol === 'caldav') return server.call('list_calendars');
  letters++;
  return server.call('send_email', {
    to: [user],
    subject: `Letter ${letters}`,
    text: 'x',
    idempotencyKey: `k${letters}`,
  });
}

/** Shows that the ear works: whoever proves who he is hears the password. */
async function isTrusted(
  { servers, run }: Strangers,
  { good }: CertificateSet,
  protocol: Protocol,
): Promise<string[]> {
  const server = servers[protocol];
  Object.assign(server, { manner: 'tls', options: good, heard: '', location: undefined });
  await ask(await run(protocol === 'smtp' ? 465 : 'none'), protocol);
  server.drop();
  return tellsPassword(server.heard) ? [] : ['was told nothing'];
}

async function isRefused(strangers: Strangers, trial: Trial): Promise<string[]> {
  const { protocol, manner, options, sentOn, startTls = false } = trial;
  const server = strangers.servers[protocol];
  const { elsewhere } = strangers;
  const location = sentOn?.location.replace('PLAIN', String(elsewhere.port));
  Object.assign(server, { manner, options, heard: '', heardInPlainText: '', connections: 0, location });
  Object.assign(elsewhere, { heard: '', manner: sentOn?.manner ?? 'plain', options: sentOn?.options ?? {} });
  const submission = protocol === 'smtp' ? (startTls ? 587 : 465) : 'none';
  const outcome = await ask(await strangers.run(submission), protocol);
  server.drop();
  if (server.connections === 0) return ['was never asked'];
  if (manner.startsWith('injects')) return ignoresInjected(server);
  const wrong: string[] = [];
  if (outcome.ok) wrong.push('trusted');
  else if (outcome.error.code === 'internal') wrong.push(`internal: ${outcome.error.message}`);
  const told = sentOn ? elsewhere.heard : server.heard;
  return tellsPassword(told) ? [...wrong, 'was told the password'] : wrong;
}

/** RFC 3207 §6: what came before TLS is forgotten. Only there AUTH LOGIN was offered. */
function ignoresInjected({ heard, heardInPlainText }: ListeningServer): string[] {
  if (tellsPassword(heardInPlainText)) return ['was told the password'];
  return heard.includes('AUTH LOGIN') ? ['believed what was injected'] : [];
}

function tellsPassword(heard: string): boolean {
  return formsOf(password, user).some((form) => heard.includes(Buffer.from(form).toString('latin1')));
}
