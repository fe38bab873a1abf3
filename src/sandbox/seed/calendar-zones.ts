/** Zone definitions as calendar programs put them into files (RFC 5545 §3.6.5). */
const berlin = zone('Europe/Berlin', [
  ['DAYLIGHT', '+0100', '+0200', 'CEST', '19700329T020000', 'FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU'],
  ['STANDARD', '+0200', '+0100', 'CET', '19701025T030000', 'FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU'],
]);

const newYork = zone('America/New_York', [
  ['DAYLIGHT', '-0500', '-0400', 'EDT', '20070311T020000', 'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU'],
  ['STANDARD', '-0400', '-0500', 'EST', '20071104T020000', 'FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'],
]);

export const zones = { 'Europe/Berlin': berlin, 'America/New_York': newYork } as const;

type Observance = readonly [
  kind: string,
  from: string,
  to: string,
  name: string,
  start: string,
  rule: string,
];

function zone(tzid: string, observances: readonly Observance[]): readonly string[] {
  return [
    'BEGIN:VTIMEZONE',
    `TZID:${tzid}`,
    ...observances.flatMap(([kind, from, to, name, start, rule]) => [
      `BEGIN:${kind}`,
      `TZOFFSETFROM:${from}`,
      `TZOFFSETTO:${to}`,
      `TZNAME:${name}`,
      `DTSTART:${start}`,
      `RRULE:${rule}`,
      `END:${kind}`,
    ]),
    'END:VTIMEZONE',
  ];
}
