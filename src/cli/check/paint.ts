import type { Writable } from 'node:stream';
import type { Env } from '../../config/read-config.ts';
import type { Verdict } from './verdict.ts';

/** Puts colour around a text, or leaves it as it is. */
export type Painter = Readonly<Record<Verdict['status'] | 'bold', (text: string) => string>>;

/** SGR parameters (ECMA-48). */
const styles = { ok: 32, warning: 33, failed: 31, skipped: 2, bold: 1 } as const;

export function isTerminal(stream: Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true;
}

/** Colour for a terminal whose user has not declined it (no-color.org). */
export function painterFor(stream: Writable, env: Env): Painter {
  const isColoured = isTerminal(stream) && !env.NO_COLOR && env.TERM !== 'dumb';
  const style = (number: number) => (text: string) =>
    isColoured ? `\u001b[${number}m${text}\u001b[0m` : text;
  return {
    ok: style(styles.ok),
    warning: style(styles.warning),
    failed: style(styles.failed),
    skipped: style(styles.skipped),
    bold: style(styles.bold),
  };
}
