import {
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  type RequestId,
} from '@modelcontextprotocol/sdk/types.js';
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

/** What the answer has besides its error. */
export interface Due {
  id?: RequestId;
}

/**
 * Whether an answer is due to what is no message, and under which id, where one is known (JSON-RPC 2.0 §4, §5). None is due
 * to a notification, nor to what is an answer itself.
 */
export function answerDue(given: unknown): Due | undefined {
  if (!isRecord(given)) return {};
  if (Object.hasOwn(given, 'result') || Object.hasOwn(given, 'error')) return undefined;
  if (!Object.hasOwn(given, 'id')) return typeof given.method === 'string' ? undefined : {};
  const { id } = given;
  // A whole number beyond these was another one before it was read.
  const isKnown =
    typeof id === 'string' || (typeof id === 'number' && Math.abs(id) <= Number.MAX_SAFE_INTEGER);
  return isKnown ? { id } : {};
}

const plain = String.raw`"(?:jsonrpc|method)"\s*:\s*"[^"\\]*"`;
const value = String.raw`(-?\d{1,15}|"[^"\\]*")`;
const idAhead = new RegExp(String.raw`^\s*\{\s*(?:${plain}\s*,\s*)*"id"\s*:\s*${value}\s*[,}]`, 'u');
const idBehind = new RegExp(String.raw`,\s*"id"\s*:\s*${value}\s*(?:,\s*${plain}\s*)*\}\s*$`, 'u');
const answers = /^\s*\{[^{}[\]]*"(?:result|error)"\s*:/u;

/**
 * The same for a message of which only the beginning and the end are known: its id among its plain members there. In
 * between an `"id"` may be an argument.
 */
export function answerDueAround(head: string, tail: string): Due | undefined {
  if (answers.test(head)) return undefined;
  const [, id] = idAhead.exec(head) ?? idBehind.exec(tail) ?? [];
  return id === undefined ? {} : { id: z.union([z.string(), z.number()]).parse(JSON.parse(id)) };
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
