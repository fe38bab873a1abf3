import * as z from 'zod';
import { parseJson } from './coerce.ts';
import { paramsOf } from './request.ts';

const callParams = z.object({ name: z.string(), arguments: z.unknown().optional() });

/**
 * `tools/call` with whatever is sent as arguments, also as JSON text. What is no object is `refused`, to be answered in
 * our words: the SDK, which checks what comes out here once more, would end the request with its list of issues.
 */
export const callToolRequest = z.object({
  method: z.literal('tools/call'),
  params: z.unknown().optional().transform(callOf),
});

/** @throws RpcFault for params without a name, which is not the schema's to tell */
function callOf(params: unknown) {
  const { name, arguments: sent } = paramsOf(callParams, params);
  const args = typeof sent === 'string' ? parseJson(sent) : (sent ?? {});
  return isRecord(args) ? { name, arguments: args } : { name, refused: [sent] };
}

/** As a tool is given them. */
export function argumentsOf(params: { arguments?: unknown; refused?: readonly unknown[] }): unknown {
  return params.refused ? params.refused : params.arguments;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
