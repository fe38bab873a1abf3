import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

/** At SIGUSR2 the process frees what it does not hold, on every thread. */
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const everyThread = new BroadcastChannel('collect');
everyThread.unref();
everyThread.onmessage = free;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    everyThread.postMessage('now');
    free();
  });
}

function free() {
  collect();
  collect();
}
