// Loaded before the server (NODE_OPTIONS=--import): at each SIGUSR2 it does the next of the things libraries do.
import { emitWarning } from 'node:process';

const noises = [
  () => console.log('noise-0 log\n{"jsonrpc":"2.0","id":1,"result":{}}'),
  () => console.info('noise-1 info'),
  () => console.debug('noise-2 debug'),
  () => console.table([{ 'noise-3': 'table' }]),
  () => console.dir({ 'noise-4': 'dir' }),
  () => console.trace('noise-5 trace'),
  () => emitWarning('noise-6 warning', 'DeprecationWarning', 'DEP9999'),
  () => {
    for (let nth = 0; nth < 20; nth++) process.on('noise', () => undefined);
    emitWarning('noise-7 listeners');
  },
  () => void Promise.reject(new Error('noise-8 rejection')),
  () => {
    throw new Error('noise-9 thrown');
  },
  () => void Promise.reject('noise-10 no error at all'),
  () => {
    throw Object.assign(new Error('noise-11 with a password'), { toJSON: () => JSON.parse('{') });
  },
  () => console.error('noise-12 error'),
];
let next = 0;

process.on('SIGUSR2', () => setImmediate(() => noises[next++ % noises.length]()));
