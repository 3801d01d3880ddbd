import type { IncomingMessage } from 'node:http';

/**
 * Calls `onTooLarge` once, as soon as a body is announced as longer than `bytesMax` or has become so,
 * whoever reads it or not. To be called in the same turn as whoever reads: the body flows from here on.
 * @returns whether it may be read at all
 */
export function boundBody(
  request: IncomingMessage,
  bytesMax: number,
  onTooLarge: () => void,
): boolean {
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) {
    onTooLarge();
    return false;
  }
  // Of an announced length Node reads no more than that.
  if (request.headers['transfer-encoding'] === undefined) return true;
  let received = 0;
  const count = ({ length }: Buffer): void => {
    received += length;
    if (received <= bytesMax) return;
    request.off('data', count);
    onTooLarge();
  };
  request.on('data', count);
  return true;
}
