import { extractText } from '../../src/content/documents/extract.ts';
import { pdf } from './fixtures/office.ts';
import { deflateSync } from 'node:zlib';
process.on('unhandledRejection', (e) => { console.error('UNHANDLED', String(e).slice(0,200)); });
process.on('uncaughtException', (e) => { console.error('UNCAUGHT', String(e).slice(0,200)); });
const mode = process.argv[2];
if (mode === 'fuzz') {
  const base = pdf(['Hello PDF', 'Second page', 'third']);
  let seed = 7; const rnd = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff;
  let worst = 0, undef = 0, ok = 0;
  for (let i = 0; i < 400; i++) {
    const b = new Uint8Array(base);
    for (let k = 0; k < 1 + rnd() * 20; k++) b[9+Math.floor(rnd() * (b.length-9))] = Math.floor(rnd() * 256);
    const t = Date.now();
    const r = await extractText({ bytes: b, type: 'application/pdf', name: 'x.pdf' });
    worst = Math.max(worst, Date.now() - t); if (!r) undef++; else if (r.text.includes('Hello')) ok++;
  }
  console.error({ worst, undef, ok });
} else {
  const n = Number(mode) * 1e6;
  const content = deflateSync(Buffer.alloc(n, ' '));
  const body = Buffer.from(content).toString('latin1');
  const text = ['%PDF-1.4','1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj','2 0 obj <</Type/Pages/Kids[10 0 R]/Count 1>> endobj',
  '10 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<<>>/Contents 11 0 R>> endobj',
  `11 0 obj <</Length ${body.length}/Filter/FlateDecode>> stream\n${body}\nendstream endobj`,'trailer <</Root 1 0 R>>','%%EOF'].join('\n');
  const bytes = Buffer.from(text, 'latin1');
  const t = Date.now();
  let lag = 0, last = Date.now(); const timer = setInterval(() => { lag = Math.max(lag, Date.now() - last); last = Date.now(); }, 20);
  const r = await extractText({ bytes, type: 'application/pdf', name: 'x.pdf' });
  clearInterval(timer); lag = Math.max(lag, Date.now()-last);
  console.error(mode, 'MB', bytes.length, r, Date.now() - t, 'ms lag', lag, 'rss', Math.round(process.memoryUsage().rss / 1e6));
}
