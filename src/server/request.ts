import * as z from 'zod';
import { coerceArguments } from './coerce.ts';
import { faultsOf } from './input-error.ts';
import { invalidParams } from './rpc-fault.ts';

/** A request whose params are ours to check: the SDK's own schema answers what it refuses as an error of the server. */
export function requestOf<Method extends string>(method: Method) {
  return z.object({ method: z.literal(method), params: z.unknown().optional() });
}

/**
 * The params of a request, coerced as arguments of tools are.
 * @throws RpcFault that names what is wrong and what is expected
 */
export function paramsOf<Params extends z.ZodObject>(params: Params, given: unknown): z.output<Params> {
  const parsed = params.safeParse(coerceArguments(params, given ?? {}), { reportInput: true });
  if (parsed.success) return parsed.data;
  const known = Object.keys(params.shape);
  const faults = faultsOf(parsed.error, params, () => '');
  throw invalidParams(`${faults.join('; ')}.`, `The request takes: ${known.join(', ')}.`);
}

export const uriParams = z.object({ uri: z.string() });
