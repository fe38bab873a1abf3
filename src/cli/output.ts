import type { Writable } from 'node:stream';
import type { Io } from './run-io.ts';

export type Output = Pick<Io, 'stdout' | 'stderr'>;

/**
 * Lines to a stream that may break: when its reader is gone, a client or the `head` behind a pipe, an error about that
 * error would never end.
 */
export function writerTo(stream: Writable): (text: string) => void {
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return (text) => {
    if (!broken) stream.write(text);
  };
}

/**
 * Writes what a command was asked for.
 *
 * @param code what the command returns.
 * @returns it, or 1 when the text could not be written, as to a full disk. A reader that has gone has read enough.
 */
export async function print({ stdout, stderr }: Output, text: string, code = 0): Promise<number> {
  const error = await new Promise<NodeJS.ErrnoException | null | undefined>((resolve) => {
    stdout.write(text, resolve);
  });
  if (!error || error.code === 'EPIPE') return code;
  stderr.write(`The result could not be written (${error.code ?? error.message}).\n`);
  return 1;
}
