import type { Person } from './compose.ts';

function person(name: string, email: string): Person {
  return { name, email };
}

/** Everybody alice writes with. All domains are reserved for examples (RFC 2606, RFC 6761). */
export const people = {
  joerg: person('Jörg Müller', 'joerg.mueller@holzwerk.example'),
  zoe: person('Zoë Brandt', 'zoe.brandt@nordlicht.example'),
  tom: person('Tom Becker', 'tom.becker@nordlicht.example'),
  priya: person('Priya Nair', 'priya.nair@northwind.example'),
  sam: person('Sam O’Connor', 'sam.oconnor@northwind.example'),
  kaethe: person('Käthe Weiß', 'kaethe.weiss@familie.example'),
  lars: person('Lars Sørensen', 'lars@fjordbike.example'),
  verein: person('Ruderverein Grünau', 'vorstand@ruderverein.example'),
  hausverwaltung: person('Hausverwaltung Schönfeld', 'buero@hv-schoenfeld.example'),
  stadtwerke: person('Stadtwerke Süd', 'rechnung@stadtwerke-sued.example'),
  hosting: person('Cloudbox Hosting', 'billing@cloudbox.example'),
  buchladen: person('Buchladen am Eck', 'bestellung@buchladen.example'),
  bahn: person('Nordbahn', 'buchung@nordbahn.example'),
  praxis: person('Zahnarztpraxis Dr. Öztürk', 'termine@praxis-oeztuerk.example'),
  ci: person('Build Bot', 'ci@northwind.example'),
} as const satisfies Record<string, Person>;
