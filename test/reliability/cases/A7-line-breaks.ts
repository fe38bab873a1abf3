import { type Case, Tally } from '../case.ts';
import { alice, atDesk, bob, type SendingDesk } from '../support/sending-desk.ts';
import { spread } from '../support/spread.ts';

const breaks = ['\r', '\n', '\r\n', '\0', '\u2028', '\u2029', '\u0085', '\u000b', '\u007f'];
const smuggled = ['Bcc: evil@evil.test', 'X-Evil: 1', 'RCPT TO:<evil@evil.test>', '\r\nevil body'];

type Args = Record<string, unknown>;
interface Place {
  tool: 'send_email' | 'create_draft' | 'send_draft';
  /** What the refusal has to name. */
  field: string;
  args(text: string): Args;
  /** Line breaks are part of it: it may go out, with nothing beside it. */
  isContent?: true;
}

const file = { name: 'a.txt', contentBase64: 'AAAA', type: 'text/plain' };
const attached = (field: string, args: (text: string) => Args): Place[] =>
  both(`attachments`, (text) => ({ attachments: [args(text)] })).map((place) => ({ ...place, field }));

/** Every text an author can give. */
const places: Place[] = [
  ...['to', 'cc', 'bcc'].flatMap((field) => [
    ...both(field, (text) => ({ [field]: [`Joe${text} <joe@else.test>`] })),
    ...both(field, (text) => ({ [field]: [`"Joe${text}" <joe@else.test>`] })),
    ...both(field, (text) => ({ [field]: [`joe${text}@else.test`] })),
    ...both(field, (text) => ({ [field]: [`joe@else.test${text}`] })),
  ]),
  ...both('subject', (text) => ({ subject: `Hi${text}` })),
  ...both('from', (text) => ({ from: `Alice${text} <${alice}>` })),
  ...both('from', (text) => ({ from: `${alice}${text}` })),
  ...both('inReplyTo', (text) => ({ inReplyTo: `INBOX/1-1${text}` })),
  ...both('forwardOf', (text) => ({ forwardOf: `INBOX${text}/1-1` })),
  ...attached('name', (text) => ({ ...file, name: `a${text}.txt` })),
  ...attached('type', (text) => ({ ...file, type: `text/plain${text}` })),
  ...attached('path', (text) => ({ path: `/tmp/a${text}` })),
  ...attached('emailId', (text) => ({ emailId: `INBOX/1-1${text}` })),
  ...attached('part', (text) => ({ emailId: 'INBOX/1-1', part: `1${text}` })),
  ...content((text) => ({ text: `Hi${text}` })),
  ...content((html) => ({ html: `<p>Hi${html}` })),
  ...content((more) => ({ attachments: [{ ...file, contentBase64: `AAAA${more}` }] })),
  ...content((key) => ({ idempotencyKey: `k${key}` })).slice(0, 1),
  { tool: 'send_email', field: 'draft', args: (draft) => ({ draft: `Drafts/1-1${draft}` }) },
  { tool: 'send_draft', field: 'id', args: (id) => ({ id: `Drafts/1-1${id}` }) },
  { tool: 'create_draft', field: 'replaces', args: (id) => ({ ...basis(), replaces: `Drafts/1-1${id}` }) },
];

let letters = 0;
function basis(): Args {
  letters++;
  return { to: [bob], subject: `Letter ${letters}`, text: `Letter ${letters}` };
}

function both(field: string, args: (text: string) => Args): Place[] {
  return (['send_email', 'create_draft'] as const).map((tool) => {
    return { tool, field, args: (text) => ({ ...basis(), ...args(text) }) };
  });
}

function content(args: (text: string) => Args): Place[] {
  return both('content', args).map((place) => ({ ...place, isContent: true }));
}

export const lineBreaks: Case = {
  id: 'A7',
  title: 'line breaks and NUL in every text argument',
  run: (effort) =>
    atDesk({}, async (desk) => {
      const tally = new Tally(effort);
      const inputs = places.flatMap((place) =>
        breaks.flatMap((end) => smuggled.map((more) => ({ place, text: `${end}${more}` }))),
      );
      for (const { place, text } of spread(inputs, effort.seed)) {
        if (tally.isOver) break;
        const name = `${place.tool} ${place.field} ${JSON.stringify(text)}`;
        tally.count(name, await faultsOf(desk, place, text));
      }
      return tally.outcome({ of: inputs.length });
    }),
};

const commands = /^(?:EHLO|AUTH|MAIL|RCPT|DATA|RSET|NOOP|QUIT|\.)$/u;

async function faultsOf(desk: SendingDesk, place: Place, text: string): Promise<string[]> {
  const { tool, field, args, isContent } = place;
  const before = desk.accepted.length;
  const said = desk.sandbox.smtp.commands.length;
  const drafts = desk.standing('Drafts').length;
  const answer = await desk.server.call(tool, args(text));
  const accepted = desk.accepted.slice(before);
  const made = [...accepted.map(({ raw }) => raw), ...desk.standing('Drafts').slice(drafts)];
  const wrong: string[] = [];
  if (!isContent) {
    if (answer.ok) wrong.push(`not refused: ${JSON.stringify(answer.data).slice(0, 200)}`);
    else if (!named(answer.error, field)) wrong.push(`does not name it: ${answer.error.message}`);
    if (accepted.length > 0) wrong.push('sent');
    if (made.length > accepted.length) wrong.push('kept as a draft');
  }
  if (accepted.some(({ recipients }) => String(recipients) !== bob)) wrong.push('sent to more');
  if (made.some((raw) => fields.test(head(raw)))) wrong.push('a header more');
  const spoken = desk.sandbox.smtp.commands.slice(said).map((line) => line.split(/[ :]/u)[0] ?? '');
  const odd = spoken.filter((command) => !commands.test(command));
  return odd.length > 0 ? [...wrong, `said to the server: ${odd}`] : wrong;
}

const fields = /^(?:bcc|x-evil|rcpt to):/imu;
const head = (raw: Buffer) => raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1');

function named({ message, hint = '' }: { message: string; hint?: string }, field: string): boolean {
  return `${message} ${hint}`.includes(field);
}
