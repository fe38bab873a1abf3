import { type JSONRPCMessage, JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';

/** The members of JSON-RPC 2.0; the SDK refuses a message that has any other. */
const members = ['jsonrpc', 'id', 'method', 'params', 'result', 'error'];

/**
 * A message as it was meant, or undefined for what is none. Serialisers of other languages write null for what is not
 * there, as `params` or in its `_meta`, and libraries add members of their own.
 */
export function messageOf(given: unknown): JSONRPCMessage | undefined {
  return JSONRPCMessageSchema.safeParse(isRecord(given) ? asMeant(given) : given).data;
}

const request = z.looseObject({
  method: z.string(),
  id: z.union([z.string(), z.number()]).optional().catch(undefined),
});

/**
 * Whether an answer is due to what is no message, and under which id. What has an id and no method is an answer itself;
 * without an id it is a notification.
 */
export function answerDue(given: unknown): { id?: string | number } | undefined {
  const asked = request.safeParse(given);
  if (!asked.success || !Object.hasOwn(asked.data, 'id')) return undefined;
  const { id } = asked.data;
  return id === undefined ? {} : { id };
}

function asMeant(message: Record<string, unknown>): Record<string, unknown> {
  const known = Object.entries(message).filter(([name]) => members.includes(name));
  const { params, ...rest } = Object.fromEntries(known);
  if (params === null || params === undefined) return rest;
  return { ...rest, params: isRecord(params) ? withoutNullMeta(params) : params };
}

function withoutNullMeta({ _meta, ...params }: Record<string, unknown>): Record<string, unknown> {
  if (!isRecord(_meta)) return _meta === null || _meta === undefined ? params : { ...params, _meta };
  return {
    ...params,
    _meta: Object.fromEntries(Object.entries(_meta).filter(([, value]) => value !== null)),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
