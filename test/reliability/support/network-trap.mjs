/**
 * Loaded into a server under test by `node --import`: writes down every way out of the process, one line each, into the
 * file that TRAP_FILE names. TRAP_ROUTES, `{"mail.test:587":"127.0.0.1:1234"}`, leads names that do not exist to servers
 * of the test; what asks for them believes to be far from home.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const file = process.env.TRAP_FILE;
const routes = JSON.parse(process.env.TRAP_ROUTES ?? '{}');

const note = (line) => file && appendFileSync(file, `${line}\n`);
note('loaded');

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function trapped(...args) {
  const given = Array.isArray(args[0]) ? args[0][0] : args[0];
  const {
    host = 'localhost',
    port,
    path,
  } = typeof given === 'object'
    ? given
    : { port: given, host: typeof args[1] === 'string' ? args[1] : undefined };
  note(path ? `connect ${path}` : `connect ${host}:${port}`);
  const route = routes[`${host}:${port}`]?.split(':');
  if (!route) return connect.apply(this, args);
  const [routedHost, routedPort] = route;
  return connect.call(this, { ...given, host: routedHost, port: Number(routedPort) }, args.at(-1));
};

for (const [object, kind] of [
  [dns, 'dns'],
  [dns.promises, 'dns'],
  [dns.Resolver.prototype, 'dns'],
  [dns.promises.Resolver.prototype, 'dns'],
]) {
  for (const name of Object.getOwnPropertyNames(object)) {
    const original = object[name];
    if (!/^(?:lookup|resolve|reverse)/.test(name) || typeof original !== 'function') continue;
    object[name] = function trapped(asked, ...rest) {
      note(`${kind} ${asked}`);
      return original.call(this, asked, ...rest);
    };
  }
}

for (const name of ['send', 'connect', 'bind']) {
  const original = dgram.Socket.prototype[name];
  dgram.Socket.prototype[name] = function trapped(...args) {
    note(`udp ${name}`);
    return original.apply(this, args);
  };
}

const spawn = childProcess.ChildProcess.prototype.spawn;
childProcess.ChildProcess.prototype.spawn = function trapped(options) {
  note(`spawn ${options.file}`);
  return spawn.call(this, options);
};

syncBuiltinESMExports();
