/**
 * Members of imapflow 2.1.2 (pinned exactly) that its published types leave out and the wire room builds on:
 * one command in flight, unknown tags tolerated, untagged data offered first to the running command.
 */
import 'imapflow';

export interface WireResponse {
  tag?: string;
  command: string;
  attributes?: unknown[];
  /** It was too long to be read whole: `shortenedFetch`. */
  shortened?: true;
}

/** A response line as imapflow's stream splits it: literals apart. */
export interface WireLine {
  payload: Buffer;
  literals?: Buffer[];
}

declare module 'imapflow' {
  interface ImapFlow {
    /** Writes one command part and its line end to the socket. */
    write(chunk: string | Buffer): void;
    /** What of the command in flight waits for the server's `+`: each literal, and what follows it. */
    commandParts: (string | Buffer)[];
    /** Parses and dispatches one response line; literals come apart. */
    handleResponse(data: WireLine): Promise<boolean>;
    /** Called for a tagged line whose tag this client never queued. */
    countUnknownTag(tag: string): void;
    /** What happens between greeting and `connect()` resolving. */
    startSession(): Promise<void>;
    authenticate(): Promise<boolean>;
    upgradeToSTARTTLS(): Promise<boolean>;
    run(command: string, ...args: unknown[]): Promise<unknown>;
    exec(
      command: string,
      attributes: unknown,
      options: {
        untagged: Record<string, (response: WireResponse) => Promise<void>>;
        /** The server's `+` to a command that goes on after it, as IDLE does. */
        onPlusTag?: () => Promise<void>;
      },
    ): Promise<{ next: () => void; response?: WireResponse }>;
    /** Holds all reading while a server throttles. @returns whether the connection was closed meanwhile */
    throttleWait(delayMs: number): Promise<boolean>;
    untaggedHandlers: Record<string, unknown>;
  }
}
