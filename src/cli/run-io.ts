import type { Readable, Writable } from 'node:stream';

/** The three streams a command may use; given from outside so that tests can listen. */
export interface Io {
  stdin: Readable;
  stdout: Writable;
  stderr: Writable;
}
