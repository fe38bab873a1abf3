import { expect, test } from 'vitest';
import { ianaZone, isIanaZone } from '../../src/content/zone-names.ts';

test.each([...['IST', 'PST', 'CST', 'BST', 'AST', 'JST', 'SST', 'ECT', 'EAT', 'ist', 'Pst']])(
  '%s, which means several zones or none of IANA, is not guessed',
  (name) => {
    expect(ianaZone(name)).toBeUndefined();
    expect(isIanaZone(name)).toBe(false);
  },
);

test.each([
  ...['EST', 'MST', 'HST', 'CET', 'EET', 'MET', 'WET', 'UTC', 'GMT', 'UCT', 'PRC', 'ROC', 'ROK', 'cet'],
  ...['NZ', 'GB', 'EST5EDT', 'PST8PDT', 'Iran', 'Cuba'],
])('%s, which IANA has, is known', (name) => {
  expect(ianaZone(name)).toBe(name);
});

test('of all names of three letters that the runtime knows only those of IANA are taken', () => {
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const names = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => `${a}${b}${c}`)));
  expect(names.filter(isIanaZone).join(' ')).toBe('CET EET EST GMT HST MET MST PRC ROC ROK UCT UTC WET');
});

test.each([
  ['(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna', 'Europe/Amsterdam'],
  ['(GMT+01.00) Amsterdam / Berlin / Bern / Rome / Stockholm / Vienna', 'Europe/Amsterdam'],
  ['(GMT+01.00) Sarajevo/Skopje/Sofija/Vilnius/Warsaw/Zagreb', 'Europe/Sarajevo'],
  ['(GMT+02.00) Bucharest', 'Europe/Bucharest'],
])('the display name %s of Windows leads to a city of its list', (name, zone) => {
  expect(ianaZone(name)).toBe(zone);
});
