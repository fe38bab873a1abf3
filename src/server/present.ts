import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { MailboxError } from '../domain/errors.ts';
import { type Tool, WithImage, WithLink } from '../tools/define-tool.ts';

/** Bytes of JSON one answer may have (design "Size"). */
export const maxAnswerBytes = 40_000;

/**
 * The one presenter: the same compact JSON as structured content and as text, because clients show the model
 * either the one or the other; a picture, and where to find a file, as a block of its own.
 *
 * @param takesLinks the client knows `resource_link`
 * @throws MailboxError when the answer would be larger than any client takes.
 */
export function presentResult(tool: Tool, result: unknown, takesLinks = false): CallToolResult {
  const image = result instanceof WithImage ? result.image : undefined;
  const link = takesLinks && result instanceof WithLink ? result.link : undefined;
  const isMore = result instanceof WithImage || result instanceof WithLink;
  const data = canonical(tool.output, isMore ? result.data : result);
  const text = JSON.stringify(data);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxAnswerBytes) throw tooLarge(tool, bytes);
  return {
    structuredContent: data as Record<string, unknown>,
    content: [
      { type: 'text', text },
      ...(image ? [{ type: 'image' as const, data: base64(image.data), mimeType: image.mimeType }] : []),
      ...(link ? [{ type: 'resource_link' as const, ...link }] : []),
    ],
  };
}

export function presentError({ code, message, hint, retryable, versions }: MailboxError): CallToolResult {
  const error = { code, message, ...(hint !== undefined && { hint }), retryable, ...versions };
  return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] };
}

/**
 * The fields the noun declares, in its order, without optional ones that say nothing: absent, null, false,
 * empty. Required ones stay as they are: `emails: []` is an answer. A literal `false` is one, too.
 */
export function canonical(schema: z.ZodType, value: unknown): unknown {
  if (schema instanceof z.ZodOptional) return canonical(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((item) => canonical(schema.element as z.ZodType, item));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return value;
  const given = new Map(Object.entries(value));
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>)
    .map(([name, field]) => [name, field, canonical(field, given.get(name))] as const)
    .filter(([, field, fieldValue]) => !(field instanceof z.ZodOptional && saysNothing(field, fieldValue)));
  return Object.fromEntries(fields.map(([name, , fieldValue]) => [name, fieldValue]));
}

function saysNothing(field: z.ZodOptional, value: unknown): boolean {
  if (value === false) return !(field.unwrap() instanceof z.ZodLiteral);
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function tooLarge(tool: Tool, bytes: number): MailboxError {
  const narrower = ['maxChars', 'limit', 'offset'].filter((name) => name in tool.input.shape);
  return new MailboxError(
    'internal',
    `The answer has ${bytes} bytes; at most ${maxAnswerBytes} can be shown.`,
    {
      hint: narrower.length > 0 ? `Ask for less with ${narrower.join(' or ')}.` : 'Ask for less.',
    },
  );
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
