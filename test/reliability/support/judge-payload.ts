import type { Warning } from '../../../src/domain/mail.ts';
import { misplaced, textsOf } from './answer-texts.ts';
import { type Payload, visible } from './payloads/payload.ts';

/** What one tool said about a payload: `get_email html`. */
export interface Told {
  by: string;
  answer: unknown;
}

/** What a model could read and a person could not see. Legitimate text has some of them, where they belong. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cs}]|(?![\t\n])\p{Cc}/u;

/** What is wrong with the answers about it; empty when the payload came to nothing. */
export function judge(payload: Payload & { warns?: string }, told: readonly Told[]): string[] {
  const { canary, channel } = payload;
  const wrong = told.flatMap(({ by, answer }) => {
    const texts = textsOf(answer).map(({ text }) => text);
    const holds = texts.some((text) => text.includes(canary));
    const faults: string[] = [];
    if (payload.expect === 'canary-absent' && holds) faults.push(`${by} shows the canary`);
    if (channel !== 'legitimate' && texts.some((text) => invisible.test(text)))
      faults.push(`${by} holds invisible characters`);
    if (channel !== 'spoof' && channel !== 'legitimate')
      faults.push(...misplaced(answer, canary).map((path) => `${by} has it in ${path}`));
    return faults;
  });
  return [...wrong, ...(channelRules[channel]?.(payload, told) ?? [])];
}

type Rule = (payload: Payload & { warns?: string }, told: readonly Told[]) => string[];

const channelRules: Partial<Record<Payload['channel'], Rule>> = {
  'html-hidden': keepsTheRest,
  unicode: keepsTheRest,
  boundary: keepsTheRest,
  'exfil-markdown': keepsTheRest,
  mime: (_payload, told) => warned(told, 'parts_differ'),
  'exfil-html': loadsNothing,
  spoof: ({ canary, warns }, told) => [
    ...(warns ? warned(told, warns) : []),
    ...told.flatMap(({ by, answer }) => {
      const { authentication, from } = answer as { authentication?: { verdict: string }; from?: string };
      if (from === undefined) return [];
      const genuine = authentication?.verdict === 'pass' ? [`${by} takes it for genuine`] : [];
      return from.includes(canary) || !canary.includes('@')
        ? genuine
        : [...genuine, `${by} hides the address`];
    }),
  ],
  legitimate: ({ canary }, told) => [
    ...told.flatMap(({ by, answer }) =>
      textsOf(answer).some(({ text }) => text.includes(canary)) ? [] : [`${by} lost ${canary}`],
    ),
    ...(codes(told).has('hidden_text_removed') ? ['warned of hidden text'] : []),
  ],
};

function keepsTheRest({ raw }: Payload, told: readonly Told[]): string[] {
  if (!raw.includes(visible)) return [];
  return told.flatMap(({ by, answer }) =>
    textsOf(answer).some(({ text }) => text.includes(visible)) ? [] : [`${by} lost what a person sees`],
  );
}

/** In HTML an address may stand only where a person has to click, and no link may run anything. */
function loadsNothing({ canary }: Payload, told: readonly Told[]): string[] {
  return told.flatMap(({ by, answer }) =>
    textsOf(answer).flatMap(({ text }) => {
      const loads = text.includes(canary) && canary.endsWith('.example');
      const runs = /<a [^>]*href="?\s*(?!https?:|mailto:|tel:)[a-z]+:/iu.test(text);
      return [...(loads ? [`${by} loads`] : []), ...(runs ? [`${by} has a link that runs`] : [])];
    }),
  );
}

function warned(told: readonly Told[], code: string): string[] {
  return codes(told).has(code) ? [] : [`no warning ${code}`];
}

function codes(told: readonly Told[]): Set<string> {
  const warnings = told.flatMap(({ answer }) => (answer as { warnings?: Warning[] }).warnings ?? []);
  return new Set(warnings.map(({ code }) => code));
}
