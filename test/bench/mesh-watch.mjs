/** Outbound connections that each node shall have. */
const NEEDED = 8;
const KNOWN_SHARE = 0.9;
const LOOK_EACH_MS = 25;
const GIVE_UP_MS = 20_000;

/** There is one connection per pair of nodes: who was dialled by all others has nobody left to dial. */
function isAtMinimum(node, others) {
  const { inbound, outbound } = node.snapshot().peers;
  return outbound >= Math.min(NEEDED, others - inbound);
}

const knows = (node) => node.snapshot().book.newEntries + node.snapshot().book.triedEntries;

/**
 * Watches nodes of this process until each has its outbound connections and knows nine in ten of the
 * `others` nodes. @returns when either was so for all (Unix ms), and the bytes that each had sent then
 */
export async function watchNodes(nodes, others) {
  const giveUpAt = Date.now() + GIVE_UP_MS;
  let connectedAt = Infinity;
  let knownAt = Infinity;
  while (Date.now() < giveUpAt && Math.max(connectedAt, knownAt) === Infinity) {
    const isConnected = nodes.every((node) => isAtMinimum(node, others));
    if (isConnected) connectedAt = Math.min(connectedAt, Date.now());
    if (nodes.every((node) => knows(node) >= KNOWN_SHARE * others)) {
      knownAt = Math.min(knownAt, Date.now());
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EACH_MS));
  }
  return {
    connectedAt,
    knownAt,
    bytesSent: nodes.map((node) => node.snapshot().traffic.bytesSent),
  };
}
