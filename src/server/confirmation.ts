import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { MailboxError } from '../domain/errors.ts';
import type { Confirm } from '../domain/outbox-port.ts';

/** A person may take longer to decide than a call may last; what they answer then counts for the next call. */
const timeoutMs = 10 * 60_000;

/**
 * Asks the person at the client by elicitation, where the client declares it (never by its name: MCP clients differ
 * by version). Anything but an explicit "accept" is a no.
 */
export function confirmation(server: Server): Confirm | undefined {
  if (!server.getClientCapabilities()?.elicitation?.form) return undefined;
  return async (message) => {
    try {
      const answer = await server.elicitInput(
        { message, requestedSchema: { type: 'object', properties: {} } },
        { timeout: timeoutMs },
      );
      return answer.action === 'accept';
    } catch (cause) {
      throw new MailboxError('forbidden', 'The client could not ask the user. Nothing was sent.', {
        hint: 'A mail can be written with create_draft, shown, and sent with send_draft. Of an event the user must tell people.',
        cause,
      });
    }
  };
}
