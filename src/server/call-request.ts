import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { parseJson } from './coerce.ts';

const { method, params } = CallToolRequestSchema.shape;

/**
 * `tools/call` with whatever is sent as arguments. What is no object is `refused`, to be answered in our words: the
 * SDK's own schema would end the request with its list of issues as an internal error.
 */
export const callToolRequest = z.object({
  method,
  params: params.extend({ arguments: z.unknown().optional() }).transform(({ arguments: sent, ...rest }) => {
    const args = typeof sent === 'string' ? parseJson(sent) : (sent ?? {});
    return isRecord(args) ? { ...rest, arguments: args } : { ...rest, refused: [sent] };
  }),
});

/** As a tool is given them. */
export function argumentsOf(params: { arguments?: unknown; refused?: readonly unknown[] }): unknown {
  return params.refused ? params.refused : params.arguments;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
