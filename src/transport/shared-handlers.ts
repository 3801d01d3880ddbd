import type { Socket } from 'node:net';

const LISTENER = Symbol('listener');
type Heard = Socket & { [LISTENER]: SocketListener };

/** Who hears of a socket. */
export interface SocketListener {
  onData(bytes: Uint8Array): void;
  onEnd(): void;
  onError(error: Error): void;
  onClose(): void;
  onDrain(): void;
}

/** The functions are the same for every socket: five closures for each would cost a kilobyte. */
export function listenTo(socket: Socket, listener: SocketListener): void {
  (socket as Heard)[LISTENER] = listener;
  socket.on('data', onData).on('end', onEnd).on('error', onError);
  socket.on('close', onClose).on('drain', onDrain);
}

export function stopListeningTo(socket: Socket): void {
  socket.off('data', onData).off('end', onEnd).off('error', onError);
  socket.off('close', onClose).off('drain', onDrain);
}

function onData(this: Socket, bytes: Buffer): void {
  (this as Heard)[LISTENER].onData(bytes);
}

function onEnd(this: Socket): void {
  (this as Heard)[LISTENER].onEnd();
}

function onError(this: Socket, error: Error): void {
  (this as Heard)[LISTENER].onError(error);
}

function onClose(this: Socket): void {
  (this as Heard)[LISTENER].onClose();
}

function onDrain(this: Socket): void {
  (this as Heard)[LISTENER].onDrain();
}
