import { readFile } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Libraries in the format of CommonJS ask for node's own modules by `require`, which a module does not have. */
const banner =
  "import{createRequire as __createRequire}from'module';const require=__createRequire(import.meta.url);";

/**
 * A tenth of the bundle would be tables of East Asian character sets. Packed they are a quarter of that, and
 * no slower: JSON is parsed faster than the literal it replaces, and the tables of iconv-lite only when used.
 */
const packedTables: Plugin = {
  name: 'packed-tables',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]iconv-lite[\\/]encodings[\\/]tables[\\/][^\\/]+\.json$/ }, async ({ path }) => ({
      contents: packed(JSON.parse(await readFile(path, 'utf8'))),
    }));
    onLoad({ filter: /[\\/]encoding-japanese[\\/]src[\\/]utf8-to-jis\w*-table\.js$/ }, async ({ path }) => {
      const table: { default: unknown } = await import(pathToFileURL(path).href);
      return { contents: packed(table.default) };
    });
  },
};

function packed(table: unknown): string {
  const base64 = brotliCompressSync(JSON.stringify(table)).toString('base64');
  return `module.exports=JSON.parse(require('node:zlib').brotliDecompressSync(Buffer.from('${base64}','base64')).toString());`;
}

/**
 * What we have switched off in libraries that ask for it: the second parser of HTML that mailparser brings
 * (src/content/documents/eml.ts has `skipHtmlToText`), and the logger of imapflow (`logger: false`). Whoever switches
 * one on again meets the error in a test of the built server.
 */
const leftOut: Plugin = {
  name: 'left-out',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^(?:html-to-text|pino)$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /^/, namespace: 'left-out' }, ({ path }) => ({
      contents: `module.exports=()=>{throw new Error('${path} is not in this bundle')};module.exports.htmlToText=module.exports;`,
    }));
  },
};

const options = {
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  bundle: true,
  splitting: true,
  // jsonc-parser's main is UMD, whose `require` no bundler sees through.
  alias: { 'css-tree': 'css-tree/dist/csstree.esm', 'jsonc-parser': 'jsonc-parser/lib/esm/main.js' },
  platform: 'node',
  format: 'esm',
  target: 'node20',
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: banner },
  sourcemap: 'linked',
  sourcesContent: false,
  minify: true,
  // Licences stand in a file of their own, whole.
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [packedTables, leftOut],
} satisfies BuildOptions;

/** Bundles the server into `outdir`: `main.js`, its chunks and, not published, their source maps. */
export async function bundle(outdir: string): Promise<Metafile> {
  const { metafile } = await build({ ...options, outdir });
  return metafile;
}
