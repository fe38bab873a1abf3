import { startServer } from '../../support/mcp-client.ts';
import type { TcpProxy } from '../../support/proxy.ts';
import type { Mailbox } from './mailbox.ts';
import type { Peer } from './peer.ts';
import type { PeerPlaces } from './place.ts';
import { Session } from './session.ts';

const timeoutMs = 30_000;

/** One server under test, ready to start, and what it is to work with. */
export interface Stage {
  peer: Peer;
  /** Name and version. */
  label: string;
  /** Script to run with Node. */
  entry: string;
  /** A folder it may take for home. */
  home: string;
  /** Who it is on the servers. */
  user: string;
  places: PeerPlaces;
  mailbox: Mailbox;
}

/** A session that has not begun yet. Without trust nobody vouches for the certificate of the servers. */
export function sessionOn(stage: Stage, proxy: TcpProxy, trust = true): Session {
  const { peer, label, entry, home, user, places } = stage;
  const { caFile, ...place } = places.of(user);
  const env = { ...peer.env(trust ? { ...place, caFile } : place), HOME: home, TZ: 'Europe/Berlin' };
  return new Session(label, () => startServer(env, { entry, cwd: home, timeoutMs }), proxy);
}
