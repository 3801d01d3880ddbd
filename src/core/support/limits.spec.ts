import { DEFAULT_LIMITS, DEFAULT_TRANSPORT_LIMITS, LIMIT_NAMES } from './limits.ts';

const limits = DEFAULT_LIMITS;
const transport = DEFAULT_TRANSPORT_LIMITS;

/** name, lesser, greater: why. */
const INEQUALITIES: readonly (readonly [string, number, number])[] = [
  ['the minimum is within the maximum', limits.outboundMin, limits.outboundMax],
  ['all slots may be dialled at once', limits.outboundMax, limits.outboundDialsMax],
  ['a handshake fits its dial', limits.handshakeTimeoutMs, limits.dialTimeoutMs],
  ['a handshake frame is a frame', limits.handshakeFrameBytesMax, limits.frameBytesMax],
  ['a frame fits the send buffer', limits.frameBytesMax, transport.sendBufferBytesMax],
  ['reading pauses first', transport.sendBufferPauseBytes, transport.sendBufferBytesMax],
  ['a goodbye is shorter than a drain', transport.closeFlushMs, transport.sendDrainTimeoutMs],
  ['one group is part of all', limits.pendingInboundPerGroupMax, limits.pendingInboundMax],
  ['who gives way has had some time', limits.pendingInboundShareMs, limits.handshakeTimeoutMs],
  [
    'one address is part of its group',
    limits.pendingInboundPerAddressMax,
    limits.pendingInboundPerGroupMax,
  ],
  [
    'a drip of handshakes leaves room in a second',
    limits.pendingInboundMax,
    limits.acceptsPerSecond,
  ],
  ['a claim is verified before its feeler could be late', limits.verifyWithinMs, 2_000],
  ['a feeler stays as long as the protocol allows', limits.feelerLingerMs, 2_000],
  ['a surplus connection too', limits.surplusLingerMs, 2_000],
  [
    'a redirect is no longer than a list',
    limits.redirectEntriesMax,
    limits.surplusPeerListEntriesMax,
  ],
  [
    'a surplus list is no longer than a list',
    limits.surplusPeerListEntriesMax,
    limits.peerListEntriesMax,
  ],
  ['pings of the far side fit the message rate', limits.pingsPerSecond, limits.messagesPerSecond],
  ['a burst of pings fits a burst of messages', limits.pingBurst, limits.messageBurst],
  [
    'a peer may be ahead by what we may read late',
    (limits.messagesPerSecond * limits.lagMaxMs) / 1_000,
    limits.messageCredit,
  ],
  [
    'two misses end before the far side’s frame does',
    limits.frameTimeoutMs,
    limits.pingIntervalMs * limits.pingMissesMax,
  ],
  [
    'a connection is pinged before it is proven',
    limits.pingIntervalMs * (1 + limits.pingJitter),
    limits.provenAfterMs,
  ],
  ['a quiet moment comes before the wait ends', limits.recordCalmMs, limits.recordCalmWaitMaxMs],
  ['a record outlives its announcements', limits.recordAnnounceMs, limits.recordAgeMaxMs],
  ['a list with records fits a frame', limits.listRecordBytesMax + 100 * 263, limits.frameBytesMax],
  [
    'what one peer may send fits what may wait of it',
    limits.recordsBurst,
    limits.recordsWaitingPerPeerMax,
  ],
  [
    'what may wait of one peer fits what may wait in all',
    limits.recordsWaitingPerPeerMax,
    limits.recordVerificationsMax,
  ],
  [
    'everybody has a place',
    limits.inboundMax + limits.outboundMax + limits.operatorPeersMax,
    limits.recordVerificationsMax,
  ],
  ['the plan runs more often when short', limits.planIntervalMs, limits.reconnectionIntervalMs],
  ['spare dials leave room for needed ones', limits.spareDialsPerSecond + 1, limits.dialsPerSecond],
  [
    'asking keeps to the rate of answers',
    limits.getPeersIntervalMs,
    limits.exchangeSettledIntervalMs,
  ],
  [
    'a growing book asks more often',
    limits.exchangeGrowingIntervalMs,
    limits.exchangeSettledIntervalMs,
  ],
  [
    'the quota of a source leaves room in its buckets',
    limits.sourceGroupEntriesMax,
    (limits.newBucketsPerSource * limits.bucketEntries) / 2,
  ],
  ['hearsay fits its buckets', limits.newEntriesMax, limits.newBuckets * limits.bucketEntries],
  [
    'all of `tried` may be stored',
    limits.triedBuckets * limits.bucketEntries,
    limits.persistedEntriesMax,
  ],
  [
    'a loaded store fits `tried` and the room beside the buckets',
    limits.persistedEntriesMax,
    limits.triedBuckets * limits.bucketEntries + limits.unplacedEntriesMax,
  ],
  [
    'a group’s stored peers fit its buckets of `tried`',
    limits.persistedPerGroupMax,
    limits.triedBucketsPerGroup * limits.bucketEntries,
  ],
  [
    'who has proven a key is remembered longer than the store does',
    2 * limits.persistedEntriesMax,
    limits.securedAddressesMax,
  ],
  ['a zone of 256 pods is stored', 256, limits.persistedPerGroupMax],
  [
    'a snapshot of a full book may have all its values',
    13 * (limits.newEntriesMax + limits.triedEntriesMax + limits.unplacedEntriesMax),
    limits.bookSnapshotValuesMax,
  ],
  ['all bans for misbehaviour are saved', 170 * limits.bansMax, limits.bansBytesMax],
  ['one group cannot be all elders', limits.eldersPerGroupMax * 8, limits.eldersMax],
  ['the backoff grows', limits.backoffBaseMs, limits.backoffTrustedMaxMs],
  ['the trusted come back sooner', limits.backoffTrustedMaxMs, limits.backoffMaxMs],
  ['a version may change sooner than a chain', limits.incompatibleVersionMs, limits.incompatibleMs],
  ['a proven peer outlives an outage', limits.outageWindowMs, limits.provenFailureSpanMs],
  [
    'the next address of a name is tried in time',
    limits.connectionAttemptDelayMs * limits.addressesPerNameMax,
    limits.dialTimeoutMs,
  ],
  [
    'sources are read more often when short',
    limits.sourceRereadBelowMinimumMs,
    limits.sourceRereadMs,
  ],
  [
    'a source is retried before it is read anew',
    limits.sourceRetryMaxMs,
    limits.sourceRereadBelowMinimumMs,
  ],
  ['source retries grow', limits.sourceRetryMinMs, limits.sourceRetryMaxMs],
  ['being alone is known before silence is', limits.loneNodeMs, limits.readyMaxWaitMs],
  [
    'stored peers get their chance before the node calls itself alone',
    limits.storedHeadStartMs,
    limits.loneNodeMs,
  ],
];

it.each(INEQUALITIES)('%s: %d ≤ %d', (_, lesser, greater) => {
  expect(lesser).toBeLessThanOrEqual(greater);
});

it('a Hello of the largest legal fields fits a handshake frame', () => {
  const fieldTags = 3;
  const largestFields = 64 + 32 + 8 + 32 + 64 + 4 * 260 + 10 + 63 + 300 + 10 + 32 + 5;
  expect(largestFields + 16 * fieldTags).toBeLessThanOrEqual(limits.handshakeFrameBytesMax);
});

it('every number is positive, finite and safe for a timer', () => {
  const numbers = Object.values({ ...limits, ...transport }).filter(
    (value) => typeof value === 'number',
  );
  for (const value of numbers) {
    expect(Math.abs(value)).toBeGreaterThan(0);
    expect(value).toBeLessThan(2 ** 31);
  }
});

it('every limit has one name', () => {
  expect(new Set(LIMIT_NAMES).size).toBe(LIMIT_NAMES.length);
});
