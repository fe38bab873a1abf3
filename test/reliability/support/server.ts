import { repoRoot } from '../../support/mcp-client.ts';

/** The server under test: the built one, or a bundle of one's own while others need `dist` as it is. */
export const entry = process.env.MAILBOX_TEST_ENTRY ?? `${repoRoot}dist/main.js`;
