// What a node is compared with: the least that takes and gives the same bytes over TCP or TLS.
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { ephemeralIdentity } from '../../dist/handshake/local-identity.js';

/** Answers that are written at once. */
const ANSWERS_AT_ONCE = 256;

/**
 * Answers the first `helloBytes` with `answerBytes`, and then, if given, each `questionBytes` with a frame of
 * `replyBytes` and this type: whatever a chunk completes, in one write.
 */
export function bareServer(kind, { helloBytes, answerBytes, exchange }) {
  const answer = Buffer.alloc(answerBytes, 0x2a);
  const replies = exchange && Buffer.concat(Array(ANSWERS_AT_ONCE).fill(frameOf(exchange)));
  return create(kind, (socket) => {
    let received = 0;
    let answered = 0;
    socket.on('data', (chunk) => {
      const wasGreeted = received >= helloBytes;
      received += chunk.length;
      if (!wasGreeted && received >= helloBytes) socket.write(answer);
      if (!exchange) return;
      const asked = Math.floor((received - helloBytes) / exchange.questionBytes);
      for (; answered < asked; answered += ANSWERS_AT_ONCE) {
        const count = Math.min(asked - answered, ANSWERS_AT_ONCE);
        socket.write(replies.subarray(0, count * exchange.replyBytes));
      }
      answered = asked;
    });
    socket.on('error', () => socket.destroy());
  });
}

function frameOf({ replyBytes, replyType }) {
  const frame = Buffer.alloc(replyBytes);
  frame.writeUInt32BE(replyBytes - 4, 0);
  frame.writeUInt8(replyType, 4);
  return frame;
}

function create(kind, onSocket) {
  if (kind === 'bare') return createServer({ noDelay: true }, onSocket);
  const { certificate: cert, privateKey: key } = ephemeralIdentity().credentials();
  const version = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' };
  const mutual = { requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['vision-p2p/1'] };
  return createTlsServer({ cert, key, noDelay: true, ...version, ...mutual }, onSocket);
}
