import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { MailboxError } from '../domain/errors.ts';
import type { Confirm } from '../domain/outbox-port.ts';

/** A person may take longer to decide than a call may last; what they answer then counts for the next call. */
const timeoutMs = 10 * 60_000;

/**
 * Asks the person at the client by elicitation, where the client declares it (never by its name: MCP clients differ
 * by version). Anything but an explicit "accept" is a no.
 * @returns how to ask; undefined while the client cannot
 */
export function confirmation(server: Server): () => Confirm | undefined {
  let asked = false;
  const ask: Confirm = async (message, withdrawn) => {
    // Clients of the SDK cannot take back the request 0 (its `_oncancel`), so that is not the question.
    if (!asked) server.ping().catch(() => undefined);
    asked = true;
    try {
      const answer = await server.elicitInput(
        { message, requestedSchema: { type: 'object', properties: {} } },
        { timeout: timeoutMs, signal: withdrawn },
      );
      return answer.action === 'accept';
    } catch (cause) {
      throw withdrawn.aborted ? takenBack() : cannotBeAsked(cause);
    }
  };
  return () => (server.getClientCapabilities()?.elicitation?.form ? ask : undefined);
}

function cannotBeAsked(cause: unknown): MailboxError {
  return new MailboxError('forbidden', 'The client could not ask the user. Nothing was sent.', {
    hint: 'A mail can be written with create_draft, shown, and sent with send_draft. Of an event the user must tell people.',
    cause,
  });
}

/** For another call that waits for the same answer. */
function takenBack(): MailboxError {
  return new MailboxError('forbidden', 'The question to the user was taken back. Nothing was sent.', {
    hint: 'The call that asked was cancelled. Send again only if the user still wants it.',
  });
}
