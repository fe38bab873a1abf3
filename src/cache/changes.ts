import type { FilingPort } from '../domain/filing-port.ts';
import type { OutboxPort } from '../domain/outbox-port.ts';

/**
 * The ports that change the mailbox, which drop what was remembered of it: after each call, done or failed, for a
 * failed one may have done a part. What is left out would only cost the round trip that proves it old.
 */
export function forgettingFiling(filing: FilingPort, forget: () => void): FilingPort {
  return {
    move: (request, context) => then(filing.move(request, context), forget),
    mark: (request, context) => then(filing.mark(request, context), forget),
    remove: (request, context) => then(filing.remove(request, context), forget),
    createFolder: (request, context) => then(filing.createFolder(request, context), forget),
    renameFolder: (request, context) => then(filing.renameFolder(request, context), forget),
    deleteFolder: (request, context) => then(filing.deleteFolder(request, context), forget),
  };
}

export function forgettingOutbox(outbox: OutboxPort, forget: () => void): OutboxPort {
  return {
    send: (request, context) => then(outbox.send(request, context), forget),
    createDraft: (request, context) => then(outbox.createDraft(request, context), forget),
    sendDraft: (request, context) => then(outbox.sendDraft(request, context), forget),
  };
}

async function then<T>(work: Promise<T>, forget: () => void): Promise<T> {
  try {
    return await work;
  } finally {
    forget();
  }
}
