import * as z from 'zod';
import type { Tool } from '../tools/define-tool.ts';

/**
 * A tool as `tools/list` shows it. Ours instead of the SDK's, which adds `$schema` and `execution` to every
 * tool and depends on its own version: the list is a contract and must be the same bytes every time.
 */
export interface ListedTool {
  name: string;
  title: string;
  description: string;
  inputSchema: ObjectSchema;
  outputSchema: ObjectSchema;
  annotations: Tool['annotations'];
  _meta?: Record<string, unknown>;
}

interface JsonSchema {
  type?: unknown;
  items?: JsonSchema;
  properties?: Fields;
}
type Fields = Record<string, JsonSchema>;

export type ObjectSchema = { type: 'object'; [keyword: string]: unknown };

export function listTools(tools: readonly Tool[]): ListedTool[] {
  return tools.map((tool) => ({
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: jsonSchema(tool.input),
    outputSchema: shapeOnly(jsonSchema(tool.output)),
    annotations: tool.annotations,
    ...(tool.requiresUserInteraction && { _meta: { 'anthropic/requiresUserInteraction': true } }),
  }));
}

/**
 * Results in outline: names and types of the first levels, and what is always there. Clients check answers against it and models never
 * see it, while some clients lose a list of tools that is long; whole schemas were most of it.
 */
function shapeOnly({ required, ...schema }: ObjectSchema): ObjectSchema {
  const always = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries((schema.properties ?? {}) as Fields);
  const properties = Object.fromEntries(
    fields.map(([name, field]) => [name, always.has(name) ? outline(field) : { type: field.type }]),
  );
  return { type: 'object', properties, ...(required === undefined ? {} : { required }) };
}

/** Of a list that is always there the fields of its entries, of an object only that it is one. */
function outline({ type, items }: JsonSchema): JsonSchema {
  if (!items) return { type };
  const fields = Object.entries(items.properties ?? {}).map(([name, field]) => [name, outline(field)]);
  const entry = items.properties ? { properties: Object.fromEntries(fields) } : {};
  return { type, items: { type: items.type, ...entry } };
}

/** JSON Schema without the dialect line, the bounds zod adds to every integer, and lengths. */
function jsonSchema(schema: z.ZodObject): ObjectSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    // Arguments with a default are optional, and results may gain fields: both are the input side of zod.
    io: 'input',
    override: ({ jsonSchema: node }) => {
      if (node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum;
      if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
      // No honest argument meets these; whoever exceeds one is told.
      delete node.minLength;
      delete node.maxLength;
      delete node.maxItems;
    },
  });
  return { ...rest, type: 'object' };
}
