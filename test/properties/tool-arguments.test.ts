import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean } from '../../src/config/near.ts';
import { inputError } from '../../src/server/input-error.ts';
import { listTools } from '../../src/server/list-tools.ts';
import { catalogue } from '../../src/tools/catalogue.ts';
import { WithImage, WithLink } from '../../src/tools/define-tool.ts';
import { argumentsOf } from '../reliability/support/fuzz-inputs.ts';
import { fakeServices } from '../tools/services.ts';

const seed = 20260301;
const signal = new AbortController().signal;
const confirm = async () => true;

const schemas = new Map(listTools(catalogue).map(({ name, inputSchema }) => [name, inputSchema]));

test.each(catalogue)(
  '$name: any arguments are refused by the name of the field, or answered',
  async (tool) => {
    const { input, output, handler, name } = tool;
    const fields = Object.keys(input.shape);
    const fitting = argumentsOf(schemas.get(name) as Parameters<typeof argumentsOf>[0]);
    const strange = fc
      .tuple(
        fitting,
        fc.dictionary(fc.oneof(fc.constantFrom(...fields, '__proto__', 'x'), fc.string()), fc.jsonValue()),
      )
      .map(([some, more]) => ({ ...some, ...more }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fitting, strange, fc.jsonValue()), async (args) => {
        const parsed = input.safeParse(args);
        if (!parsed.success) {
          const { code, message } = inputError(tool, parsed.error, didYouMean);
          expect(code).toBe('invalid_input');
          expect(message.length).toBeLessThan(2000);
          const [first] = parsed.error.issues;
          const unknown = first?.code === 'unrecognized_keys';
          expect(message).toContain(unknown ? 'is not an argument' : String(first?.path[0] ?? 'arguments'));
          return;
        }
        expect(Object.keys(parsed.data).filter((field) => !fields.includes(field))).toEqual([]);
        expect(input.parse(parsed.data)).toEqual(parsed.data);
        const result = await handler(parsed.data, { ...fakeServices(), signal, confirm });
        const data = result instanceof WithImage || result instanceof WithLink ? result.data : result;
        expect(output.strict().safeParse(data).error).toBeUndefined();
      }),
      { numRuns: 60, seed },
    );
  },
);
