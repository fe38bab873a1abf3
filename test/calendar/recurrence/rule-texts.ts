import fc from 'fast-check';

const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
const signed = (most: number) => fc.integer({ min: -most, max: most }).filter((value) => value !== 0);

function list(values: fc.Arbitrary<string | number>, most = 4) {
  return fc.uniqueArray(values, { minLength: 1, maxLength: most }).map((items) => items.join());
}

function optionalPart(name: string, values: fc.Arbitrary<string | number>, freq = 3) {
  return fc.option(
    values.map((value) => `${name}=${value}`),
    { nil: undefined, freq },
  );
}

const end = fc.oneof(
  fc.integer({ min: 1, max: 40 }).map((count) => `COUNT=${count}`),
  fc.constantFrom('UNTIL=20260101', 'UNTIL=20270630T093000', 'UNTIL=20240229T093000Z'),
);

function common(byDay: fc.Arbitrary<string>) {
  return [
    optionalPart('INTERVAL', fc.integer({ min: 1, max: 5 })),
    fc.option(end, { nil: undefined }),
    optionalPart('BYMONTH', list(fc.integer({ min: 1, max: 12 }))),
    optionalPart('BYDAY', list(byDay)),
    optionalPart('WKST', weekday),
  ];
}

function rules(frequency: string, parts: fc.Arbitrary<string | undefined>[], setPositions: boolean) {
  const all = setPositions ? [...parts, optionalPart('BYSETPOS', list(signed(6), 2))] : parts;
  return fc
    .tuple(...all)
    .map((given) => [`FREQ=${frequency}`, ...given.filter((part) => part !== undefined)].join(';'));
}

const nth = (most: number) =>
  fc
    .tuple(fc.option(signed(most), { nil: undefined }), weekday)
    .map(([number, day]) => `${number ?? ''}${day}`);
const monthDays = optionalPart('BYMONTHDAY', list(signed(31)));

/** Daily and coarser rules, every part that RFC 5545 allows with the frequency. */
export const ruleTexts = fc.oneof(
  rules('DAILY', [...common(weekday), monthDays], true),
  rules('WEEKLY', common(weekday), true),
  rules('MONTHLY', [...common(nth(5)), monthDays], true),
  rules('YEARLY', [...common(nth(20)), monthDays, optionalPart('BYYEARDAY', list(signed(366)))], true),
  rules('YEARLY', [...common(weekday), optionalPart('BYWEEKNO', list(signed(53)), 9)], true),
);

/** 2020 to 2026, at 09:30. */
export const startTimes = fc
  .integer({ min: 18_262, max: 20_800 })
  .map((day) => day * 86_400_000 + 34_200_000);
