// Loaded before the server (NODE_OPTIONS=--import): shows it another clock and other names than the machine has,
// as the file MACHINE says; read anew at each SIGUSR2.
import dns from 'node:dns';
import { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

let machine = {};
const RealDate = Date;
const { lookup } = dns;

process.on('SIGUSR2', () => {
  machine = JSON.parse(readFileSync(process.env.MACHINE, 'utf8'));
});

globalThis.Date = class ShiftedDate extends RealDate {
  constructor(...parts) {
    super(...(parts.length === 0 ? [ShiftedDate.now()] : parts));
  }

  static now() {
    return RealDate.now() + (machine.clockMs ?? 0);
  }
};

dns.lookup = (name, ...rest) => {
  const { names } = machine;
  if (name !== 'localhost' || names === undefined) return lookup(name, ...rest);
  const done = rest.at(-1);
  const all = typeof rest[0] === 'object' && rest[0].all;
  process.nextTick(() => {
    if (typeof names === 'string') return done(Object.assign(new Error(`${names} ${name}`), { code: names }));
    const found = names.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    return all ? done(null, found) : done(null, found[0].address, found[0].family);
  });
};
syncBuiltinESMExports();
