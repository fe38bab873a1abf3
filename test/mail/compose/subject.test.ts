import { expect, test } from 'vitest';
import { forwardSubject, replySubject } from '../../../src/mail/compose/subject.ts';

test.each([
  ['Plan', 'Plan'],
  ['Re: Plan', 'Plan'],
  ['RE:Plan', 'Plan'],
  ['AW: WG: Re: Fwd: FW : Plan', 'Plan'],
  ['Antwort: Antw: Plan', 'Plan'],
  ['SV: VS: TR: RV: Plan', 'Plan'],
  ['Re[2]: Re(3): Re^4: Plan', 'Plan'],
  ['Re：Plan', 'Plan'],
  ['re : Re:  Re:Plan', 'Plan'],
  ['[list] Re: Plan', '[list] Re: Plan'],
  ['Reise: nach Wien', 'Reise: nach Wien'],
  ['Ref: 12', 'Ref: 12'],
  ['Re: two  blanks: kept', 'two  blanks: kept'],
  ['Re', 'Re'],
  ['Re: Grüße\r\n\tX', 'Grüße X'],
])('one mark over %j', (original, bare) => {
  expect(replySubject(original)).toBe(`Re: ${bare}`);
  expect(forwardSubject(original)).toBe(`Fwd: ${bare}`);
  expect(replySubject(replySubject(forwardSubject(original)))).toBe(`Re: ${bare}`);
});

test('no subject stays sensible', () => {
  for (const empty of [undefined, '', '  ', 'Re:', 'AW: Re: ']) {
    expect([replySubject(empty), forwardSubject(empty)]).toEqual(['Re:', 'Fwd:']);
  }
});

test('a hostile subject is bounded and quick', () => {
  const start = performance.now();
  for (const unit of ['Re:', 'Re: ', 're ', 'Re[1', ' ', 'x']) {
    expect(replySubject(unit.repeat(50_000)).length).toBeLessThan(1_000);
  }
  expect(performance.now() - start).toBeLessThan(200);
});
