export const firstNames =
  'Ada Björn Chloé Dilan Emil Fatma Günther Helena Ivo Jana Krzysztof Lea Mehmet Nadia'.split(' ');
export const lastNames =
  'Albrecht Böhm Çelik Dvořák Ebert Größmann Hansen Ivanova Jäger Kovács Lindqvist Maier'.split(' ');
export const domains = [
  'example.org',
  'example.net',
  'kanzlei.example',
  'schule.example',
  'werkstatt.example',
];

/** One of these begins every subject, so a search for one finds about a twentieth of a folder. */
export const topics = [
  ...['Abrechnung', 'Bestellung', 'Contract', 'Dienstplan', 'Einkauf', 'Feedback', 'Gutachten', 'Handbuch'],
  ...[
    'Inventur',
    'Jahresbericht',
    'Kündigung',
    'Lieferschein',
    'Meeting notes',
    'Nachtrag',
    'Offer',
    'Prüfung',
  ],
  ...['Quittung', 'Reise', 'Schlüssel', 'Timetable'],
];

export const words = (
  'aber alle auch bald bis das dem der die ein für gern hier ich ist kann mit morgen nach noch oder schon sehr uns ' +
  'vom wann wir zum about again before could from have just later need please should thanks that with would yours ' +
  'Anlage Büro Frage Gespräch Grüße Kosten Liste Plan Raum Straße Team Termin Woche customer delivery draft figures'
).split(' ');
