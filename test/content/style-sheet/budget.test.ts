import { expect, test } from 'vitest';
import { renderBody } from '../../../src/content/body.ts';
import { cleanHtml, htmlToText } from '../../../src/content/html.ts';

const rows = '<p>row</p>'.repeat(6_000);
/** Looks at all siblings before each of them. */
const costly = '.none ~ p{display:none}';

test('what a rule is too costly for is shown, and said not to be judged', () => {
  const html = `<style>${costly}</style><div>${rows}<p>TEXT</p></div>`;
  expect(htmlToText(html)).toMatchObject({
    text: expect.stringContaining('TEXT'),
    hiddenRemoved: 0,
    unjudged: true,
  });
  expect(cleanHtml(html).html).toContain('TEXT');
});

test('the rules beside a costly one still hide', () => {
  const css = `${costly}.h{display:none}.w .k{color:#fff}`;
  const html = `<style>${css}</style><div class=w>${rows}<p class=h>SECRET</p><p class=k>SECRET</p></div>`;
  const { text, hiddenRemoved, unjudged } = htmlToText(html);
  expect(text).not.toContain('SECRET');
  expect({ hiddenRemoved, unjudged }).toEqual({ hiddenRemoved: 12, unjudged: true });
});

test('thousands of rules for every element leave text to be seen and say so', () => {
  const css = Array.from({ length: 2_500 }, (_, nth) => `[data-x="${nth}"]{color:#fff}`).join('');
  const { text, hiddenRemoved, unjudged } = htmlToText(`<style>${css}</style>${'<p>row</p>'.repeat(3_000)}`);
  expect(text.match(/row/gu)).toHaveLength(3_000);
  expect({ hiddenRemoved, unjudged }).toEqual({ hiddenRemoved: 0, unjudged: true });
});

test('a reader is warned of text that a class may hide, not told that text was hidden', async () => {
  const bytes = Buffer.from(`<style>${costly}</style><div>${rows}<p>TEXT</p></div>`);
  const part = {
    ...{ part: '1', type: 'text/html', parameters: { charset: 'utf-8' }, encoding: '8bit' },
    ...{ size: bytes.length, children: [] },
  };
  const { text, warnings } = await renderBody({ html: { bytes, part }, format: 'text', quoted: true });
  expect(text).toContain('TEXT');
  expect(warnings).toEqual([
    { code: 'malformed', detail: expect.stringContaining('a reader would not see may be among') },
  ]);
});

test('an ordinary mail is judged whole', () => {
  expect(htmlToText('<style>.a ~ p{display:none}</style><p class=a>a</p><p>b</p>')).toEqual({
    text: 'a',
    hiddenRemoved: 1,
    mismatches: [],
  });
});
