import type { Socket } from 'node:net';

type ResettableSocket = Socket & { resetAndClosing?: boolean };

/**
 * The next `destroy()` is an RST, so that the kernel does not keep bytes for a peer that never reads.
 * `resetAndDestroy()` does not do: it waits for the very writes that will not finish. A socket in the middle of
 * its FIN cannot be reset (libuv: EINVAL) and is closed.
 */
export function closeByReset(raw: Socket): void {
  const { writableEnded, writableFinished, writableLength } = raw;
  const isShutting = writableEnded && !writableFinished && writableLength === 0;
  (raw as ResettableSocket).resetAndClosing = !isShutting;
}
