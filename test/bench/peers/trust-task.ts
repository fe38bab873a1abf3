import type { TcpProxy } from '../../support/proxy.ts';
import type { Call } from './peer.ts';
import type { Result } from './session.ts';
import { type Stage, sessionOn } from './stage.ts';

/** Whether the password is kept from a server whose certificate nobody vouches for. Only for one that did log in before. */
export async function trustTask(stage: Stage, task: string, proxy: TcpProxy, first: Call): Promise<Result> {
  const session = sessionOn(stage, proxy, false);
  try {
    const { server, verdict } = await session.begin(task, first);
    if (verdict.kind === 'failed') return { task, server, verdict: { kind: 'right' } };
    return { task, server, verdict: { kind: 'wrong', findings: ['gave it the password'] } };
  } finally {
    await session.end();
  }
}
