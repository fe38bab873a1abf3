import { parseHeaders } from '../../../src/content/headers.ts';
import type { SentMail } from '../../../src/domain/outbox.ts';
import type { ToolOutcome } from '../../support/mcp-client.ts';
import type { Tally } from '../case.ts';
import type { SendingDesk } from './sending-desk.ts';

/** One send whose subject no other has, and what was answered. */
export interface Attempt {
  input: string;
  subject: string;
  /** Absent when the client had gone. */
  answer: ToolOutcome<SentMail> | undefined;
  ms: number;
  /** Whether the message was handed over whole before anything went wrong: only then nobody may know. */
  handedOver: boolean;
}

const longestMs = 10_000;

/** Holds every answer against what the servers hold; to be asked when nothing is on its way any more. */
export function judge(desk: SendingDesk, attempts: readonly Attempt[], tally: Tally): void {
  const accepted = counted(desk.accepted.map(({ raw }) => raw));
  const sent = counted(desk.standing('Sent'));
  const drafts = counted(desk.standing('Drafts'));
  for (const attempt of attempts) {
    const { input, subject, ms } = attempt;
    const of = (counts: Map<string, number>) => counts.get(subject) ?? 0;
    const held = { accepted: of(accepted), sent: of(sent), drafts: of(drafts) };
    const late = ms > longestMs ? [`took ${Math.round(ms)} ms`] : [];
    tally.count(input, [...faults(attempt, held), ...late]);
    const lie = lieOf(attempt, held.accepted);
    if (lie) tally.mislabelled(input, lie);
  }
}

interface Held {
  accepted: number;
  sent: number;
  drafts: number;
}

function faults({ answer, handedOver }: Attempt, { accepted, sent, drafts }: Held): string[] {
  const wrong: string[] = [];
  if (accepted > 1) wrong.push(`accepted ${accepted} times`);
  if (sent > 1) wrong.push(`${sent} copies in Sent`);
  if (!answer) return wrong;
  if (!answer.ok) {
    if (sent + drafts > 0) wrong.push('not sent, and kept all the same');
    if (answer.error.code === 'internal') wrong.push(`internal: ${answer.error.message}`);
    return wrong;
  }
  const { status, savedTo, warnings = [] } = answer.data;
  const warned = (code: string) => warnings.some((warning) => warning.code === code);
  if (status === 'sent' && savedTo === undefined && !warned('copy_not_saved'))
    wrong.push('no word on the copy');
  if (status === 'sent' && savedTo !== undefined && sent !== 1) wrong.push(`said saved, ${sent} in Sent`);
  if (status === 'unknown' && !handedOver) wrong.push('unknown before it was handed over');
  if (status === 'unknown' && !warned('outcome_unknown'))
    wrong.push('unknown without a word on how to check');
  if (status === 'unknown' && savedTo !== undefined && drafts !== 1)
    wrong.push(`said kept, ${drafts} in Drafts`);
  return wrong;
}

/** What the answer says of the message itself and is not so. */
function lieOf({ answer }: Attempt, accepted: number): string | undefined {
  if (!answer) return undefined;
  if (answer.ok) return answer.data.status === 'sent' && accepted === 0 ? 'sent, and was not' : undefined;
  const { code, message, hint = '' } = answer.error;
  if (accepted > 0 && code !== 'conflict') return `${code}, and it was sent`;
  return `${message} ${hint}`.includes('Nothing was sent')
    ? undefined
    : `does not say that nothing was sent: ${message}`;
}

function counted(messages: readonly Buffer[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const raw of messages) {
    const subject = parseHeaders(raw).first('subject') ?? '';
    counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return counts;
}
