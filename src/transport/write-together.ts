import type { Socket } from 'node:net';

/** Up to here copying small frames together is cheaper than a gathering write; above, it is not. */
const COPY_BYTES_MAX = 4_096;

/** Hands frames, of so many bytes in all, to a socket in one write. */
export function writeTogether(socket: Socket, frames: readonly Uint8Array[], bytes: number): void {
  if (bytes <= COPY_BYTES_MAX) {
    // From the pool even when it is one frame: V8 moves a small array out of its heap when it is
    // written, which costs several times the copy.
    socket.write(Buffer.concat(frames, bytes));
    return;
  }
  socket.cork();
  for (const frame of frames) socket.write(frame);
  socket.uncork();
}
