// js-libp2p nodes as its documentation sets them up, without its limits on how many may connect.
import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';

export const PROTOCOL = '/vision-bench/1';
const UNLIMITED = 1_000_000;

// Node 20 lacks it and js-libp2p calls it.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};

/** @param listen multiaddresses */
export function libp2pNode(listen) {
  return createLibp2p({
    addresses: { listen },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    connectionManager: {
      maxConnections: UNLIMITED,
      inboundConnectionThreshold: UNLIMITED,
      maxIncomingPendingConnections: UNLIMITED,
    },
  });
}

/** Calls back once, when so many bytes have arrived. */
export function whenReceived(stream, byteCount, done) {
  let received = 0;
  stream.addEventListener('message', ({ data }) => {
    const before = received;
    received += data.byteLength;
    if (before < byteCount && received >= byteCount) done();
  });
}
