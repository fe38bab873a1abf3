import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { errorCodes, type MailboxError } from '../domain/errors.ts';

/** JSON-RPC 2.0 §5.1, and of MCP (resources, "Error Handling") the one for a resource that is not there. */
export const rpcCodes = { invalidParams: -32602, internal: -32603, resourceNotFound: -32002 } as const;

/** The error as tools tell it (design "Errors"). */
const told = z.looseObject({ code: z.enum(errorCodes), message: z.string(), hint: z.string().optional() });
type Told = z.infer<typeof told>;

/**
 * An answer of JSON-RPC that says no. Not the SDK's McpError: that one writes its number before every message, and the
 * client does once more. Message and hint stand together, for many clients show nothing but the message.
 */
export class RpcFault extends Error {
  readonly code: number;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    { code, message, hint, retryable = false }: Told,
    where: Readonly<Record<string, unknown>> = {},
  ) {
    super(hint === undefined ? message : `${message} ${hint}`);
    this.name = 'RpcFault';
    this.code = rpcCodeOf(code);
    this.data = { ...where, code, retryable };
  }
}

/** A fault that says what was wrong in the request, and how it is right. */
export function invalidParams(message: string, hint?: string): RpcFault {
  return new RpcFault({ code: 'invalid_input', message, ...(hint !== undefined && { hint }) });
}

export function resourceNotFound(uri: string, message: string, hint: string): RpcFault {
  return new RpcFault({ code: 'not_found', message, hint }, { uri });
}

export function faultOf({ code, message, hint, retryable }: MailboxError, uri: string): RpcFault {
  return new RpcFault({ code, message, retryable, ...(hint !== undefined && { hint }) }, { uri });
}

/** The fault of a tool's answer that is an error. */
export function faultOfAnswer(answer: CallToolResult, uri: string): RpcFault {
  const [first] = answer.content;
  const { error } = z.object({ error: told }).parse(JSON.parse(first?.type === 'text' ? first.text : '{}'));
  return new RpcFault(error, { uri });
}

function rpcCodeOf(code: Told['code']): number {
  if (code === 'not_found' || code === 'stale_reference') return rpcCodes.resourceNotFound;
  return code === 'invalid_input' ? rpcCodes.invalidParams : rpcCodes.internal;
}
