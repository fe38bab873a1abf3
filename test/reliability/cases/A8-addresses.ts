import { type Case, Tally } from '../case.ts';
import { atDesk, type SendingDesk } from '../support/sending-desk.ts';

const many = 20_000;

/** Addresses people, RFCs and attackers write, and to whom mail to them may go: nobody when it has to be refused. */
const written: [text: string, address: string | undefined][] = [
  ['joe@else.test', 'joe@else.test'],
  ['Joe <joe@else.test>', 'joe@else.test'],
  ['"Doe, Joe" <joe@else.test>', 'joe@else.test'],
  ['"ceo@bank.test" <joe@else.test>', 'joe@else.test'],
  ['"ceo@bank.test <x>" <joe@else.test>', 'joe@else.test'],
  ['Joe (Work) <joe@else.test>', 'joe@else.test'],
  ['mailto:joe@else.test', 'joe@else.test'],
  ["o'neil+x_{y}@else.test", "o'neil+x_{y}@else.test"],
  ['"a..b"@else.test', '"a..b"@else.test'],
  ['joe@[192.0.2.1]', 'joe@[192.0.2.1]'],
  ['Jörg <jm@müller.example>', 'jm@xn--mller-kva.example'],
  ['x@straße.de', 'x@xn--strae-oqa.de'],
  ['x@münchen。de', 'x@xn--mnchen-3ya.de'],
  ['jörg@else.test', 'jörg@else.test'],
  ['用户@例え.テスト', '用户@xn--r8jz45g.xn--zckzah'],
  ['"a@evil.test x"@else.test', undefined],
  ['"a@evil.test"@else.test', undefined],
  ['a@evil.test@else.test', undefined],
  ['a@evil.test, joe@else.test', undefined],
  ['Team: a@evil.test, joe@else.test;', undefined],
  ['a: b: c: joe@else.test;;;', undefined],
  ['<@relay.test:joe@else.test>', undefined],
  ['joe@else.test <evil@evil.test>', undefined],
  ['=?utf-8?q?joe=40else=2Etest?= <evil@evil.test>', undefined],
  ['joe@else.test\u0000evil@evil.test', undefined],
  ['jo\u200be@else.test', undefined],
  ['joe@еlse.test', 'joe@xn--lse-qdd.test'],
  ['joe@localhost..test', undefined],
  ['joe', undefined],
  ['<>', undefined],
  ...['g:', '(', '"', '<', 'a.', 'a@', '[', '\\', ',', 'joe@else.test,', '(a)', ' '].map(
    (unit): [string, undefined] => [unit.repeat(many), undefined],
  ),
  ...['g:', '(', '"', '<', 'a.', '\\', '(a)'].map((unit): [string, undefined] => [
    `${unit.repeat(Math.floor(380 / unit.length))}<joe@else.test`,
    undefined,
  ]),
];
const longestMs = 100;

export const addresses: Case = {
  id: 'A8',
  title: 'odd addresses: the envelope is what the person confirmed',
  run: (effort) =>
    atDesk({ env: { MAILBOX_SEND: 'confirm' }, capabilities: { elicitation: {} } }, async (desk) => {
      const tally = new Tally(effort);
      const questions: string[] = [];
      desk.server.answers.set('elicitation/create', ({ message }) => {
        questions.push(String(message));
        return { action: 'accept', content: {} };
      });
      // Parsers are loaded at first use.
      await desk.send({ to: ['warm@else.test'], subject: 'Warm', text: 'x' });
      let slowest = 0;
      for (const [text, address] of written) {
        if (tally.isOver) break;
        questions.length = 0;
        let { wrong, ms } = await attempt(desk, text, address, questions);
        // The machine has others to serve: what is slow is slow each time.
        for (let again = 0; again < 3 && ms > longestMs; again++) {
          ({ wrong, ms } = await attempt(desk, text, address, questions));
        }
        slowest = Math.max(slowest, ms);
        tally.count(JSON.stringify(text.slice(0, 60)), wrong);
      }
      return tally.outcome({ of: written.length, figure: `slowest refusal ${Math.round(slowest)} ms` });
    }),
};

async function attempt(
  desk: SendingDesk,
  text: string,
  address: string | undefined,
  questions: readonly string[],
): Promise<{ wrong: string[]; ms: number }> {
  const { commands } = desk.sandbox.smtp;
  const [before, said] = [desk.accepted.length, commands.length];
  const started = performance.now();
  const answer = await desk.send({
    to: [text],
    subject: text.slice(0, 20).replace(/[\p{C}\p{Z}]/gu, '') || 'x',
    text,
  });
  const ms = performance.now() - started;
  const [taken, ...more] = desk.accepted.slice(before);
  const wrong = more.length > 0 ? ['sent more than once'] : [];
  if (address === undefined) {
    if (answer.ok) wrong.push(`not refused: ${JSON.stringify(answer.data)}`);
    else if (!answer.error.message.startsWith('to')) wrong.push(`does not name it: ${answer.error.message}`);
    if (taken) wrong.push(`sent to ${taken.recipients}`);
    if (ms > longestMs) wrong.push(`took ${Math.round(ms)} ms`);
    return { wrong, ms };
  }
  const asked = commands.slice(said).flatMap((line) => /^RCPT TO:<(.*)>/iu.exec(line)?.[1] ?? []);
  if (String(asked) !== address) wrong.push(`the envelope says ${asked}, not ${address}`);
  if (questions.length !== 1) wrong.push(`${questions.length} questions`);
  if (!questions[0]?.includes(address)) wrong.push(`the person did not see ${address}: ${questions[0]}`);
  // Our sandbox does not like every one: then it has to be said which.
  const told = answer.ok ? String(answer.data.accepted) === address : answer.error.message.includes(address);
  if (!told) wrong.push(`told ${JSON.stringify(answer.ok ? answer.data : answer.error)}`);
  return { wrong, ms: 0 };
}
