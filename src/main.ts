#!/usr/bin/env node
/*
 * mailbox-mcp-server: the way of one call.
 *
 *   client ── stdio ──> server ──> tools ──> domain ports
 *                                                │
 *            accounts, cache (decorators) <──────┤
 *                                                v
 *                             mail and calendar services
 *                                                │
 *                        connections: IMAP, SMTP, CalDAV ──> imap / smtp / dav.mailbox.org
 *
 * src/README.md says what each room is for and how things are done here.
 * Who may import whom is a table in test/docs/rooms.ts.
 *
 * This file is the front door. It keeps to the syntax of the first Node that loads modules (no `?.`, `??`,
 * top-level await): desktop clients may start the oldest one they find, and it should say so, not crash.
 */

const oldestNode = 20;

if (Number(process.versions.node.split('.')[0]) < oldestNode) {
  process.stderr.write(
    `mailbox-mcp-server needs Node.js ${oldestNode} or newer; this is ${process.version}.\n`,
  );
  process.exitCode = 1;
} else {
  // V8 lets the heap grow for speed: the space for young objects to 16 MB, held three times. What mostly waits is
  // no slower with little (npm run bench), and a third smaller. It has to be said before the first module loads.
  import('node:v8')
    .then((v8) => {
      v8.setFlagsFromString('--semi-space-growth-factor=1');
      v8.setFlagsFromString('--optimize-for-size');
      return import('./cli/run.ts');
    })
    .then(({ run }) => run(process.argv.slice(2), process.env, process))
    .then(leave, (error) => {
      process.stderr.write(`mailbox-mcp-server failed: ${error instanceof Error ? error.stack : error}\n`);
      leave(1);
    });
}

/**
 * Lets the last lines out; a connection that hangs must not keep the process. Ended by `exit`: left to itself Node 20
 * takes its handles apart one by one and spins for ever when one of them does not close.
 */
function leave(code: number) {
  process.exitCode = code;
  process.once('beforeExit', () => process.exit());
  setTimeout(() => process.exit(), 200).unref();
}
