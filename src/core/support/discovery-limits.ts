/**
 * Bounds and parameters of discovery: address book, connection plan, exchange, bans. Part of
 * `NodeLimits`; same rules. A rate or interval of `Infinity` switches its mechanism off, which is how
 * a simulation shows what the mechanism is worth.
 */
export interface DiscoveryLimits {
  // --- address book -----------------------------------------------------------------------------
  /** 256 × 64 hearsay and 64 × 64 tried addresses: Bitcoin Core's tables, a quarter of their size. */
  readonly newBuckets: number;
  readonly triedBuckets: number;
  readonly bucketEntries: number;
  /** Buckets of `new` that one source group reaches: a flooder fills 1/16 of the table at most. */
  readonly newBucketsPerSource: number;
  /** Buckets of `tried` that one address group reaches. */
  readonly triedBucketsPerGroup: number;
  /** Places in `new` that one address may take when many sources name it. */
  readonly newBucketsPerAddress: number;
  /** Live entries in `new` that one source group may hold. */
  readonly sourceGroupEntriesMax: number;
  /** Entries beside the buckets: stored peers and proven ones whose slot is taken. */
  readonly unplacedEntriesMax: number;
  /** Verified addresses that are kept in the store: all, and of one group (a zone of many pods fits). */
  readonly persistedEntriesMax: number;
  readonly persistedPerGroupMax: number;
  /**
   * A group may always hold the first number in `tried`, and beyond it this many times the mean of all
   * groups: what is left in `new` in the end is the attacker's, and must not fill `tried` as well.
   */
  readonly triedGroupEntriesFree: number;
  readonly triedGroupShareMax: number;
  /** Holders of a slot in `tried` that wait for their test; a minute each. */
  readonly contestsMax: number;
  /** Addresses that one peer may add: per second, and at once beside what we asked it for. */
  readonly hearsayPerSecond: number;
  readonly hearsayBurst: number;
  /** In a cluster everybody is ours, and scaling names many at once. */
  readonly clusterHearsayFactor: number;
  /** An entry's weight when it is drawn: this per failure, and the other when dialled just now. */
  readonly failureWeight: number;
  readonly recentDialWeight: number;
  readonly recentDialMs: number;
  /** Draw a group first, then an entry of it: 0 draws entries alone, as a flat list does. */
  readonly isGroupFirst: boolean;
  /** A bucket's holder is tested before it gives way. */
  readonly isTestedBeforeEviction: boolean;
  /** Dials that hearsay may cause towards one host, and ports of it that are ever dialled. */
  readonly hearsayDialIntervalMs: number;
  readonly hearsayPortsMax: number;
  /** Hosts that such dials are remembered of; as many as hearsay can fill `new` with. */
  readonly hearsayHostsMax: number;
  /** Longest-known proven peers that count as elders, when verified again within this time. */
  readonly eldersMax: number;
  /** Of one group: an attacker who was early must not be all of them. */
  readonly eldersPerGroupMax: number;
  readonly elderVerifiedWithinMs: number;
  /**
   * Addresses remembered to have proven a key, so that they are never dialled without TLS: as many as the
   * store holds, and as many again that it has given up; a few dozen bytes each.
   */
  readonly securedAddressesMax: number;
  /** How often the tables are written for the next start, and how long that text may be. */
  readonly bookSnapshotIntervalMs: number;
  readonly bookSnapshotBytesMax: number;
  /** Values in it, the most costly to read: a full book has 13 for each of its 24,576 entries. */
  readonly bookSnapshotValuesMax: number;

  // --- signed records ---------------------------------------------------------------------------
  /** Newest signed record per node, about 500 bytes each: as many as `tried` has places. */
  readonly recordsMax: number;
  /** An own record is announced again this often. */
  readonly recordAnnounceMs: number;
  /** Older ones have missed a day of announcements; newer ones than our clock have a wrong one. */
  readonly recordAgeMaxMs: number;
  readonly recordAheadMaxMs: number;
  /** A node that names nothing new is not heard again before. */
  readonly recordIntervalMinMs: number;
  /** What arrives within this time leaves in one write. */
  readonly recordRelayDelayMs: number;
  /** To how many a record is passed on: each does, so that two reach everybody (public), or at once (local). */
  readonly recordFanOutPublic: number;
  readonly recordFanOutLocal: number;
  /** Signatures that one peer may have checked: a network of 10,000 has three new records a second in all. */
  readonly recordsPerSecond: number;
  readonly recordsBurst: number;
  /** Records wait until no handshake has completed for so long, but not longer than the other. */
  readonly recordCalmMs: number;
  readonly recordCalmWaitMaxMs: number;
  /** Own records told: in a crowd that starts at once, connections go first. */
  readonly ownRecordsPerSecond: number;
  readonly ownRecordsBurst: number;
  /** Signatures checked in all, and with it records passed on. */
  readonly recordChecksPerSecond: number;
  readonly recordChecksBurst: number;
  /** Signatures with the verifier, and as many waiting for it: a minute's work. */
  readonly recordVerificationsMax: number;
  /** Of these, waiting, of one peer: the records of one list, or its burst. */
  readonly recordsWaitingPerPeerMax: number;
  /** Of a list, for records: with a hundred addresses it still fits one frame. */
  readonly listRecordBytesMax: number;

  // --- connection plan --------------------------------------------------------------------------
  readonly anchorSlots: number;
  /** Half of all slots: an attacker with more groups than the honest peers have gets the others. */
  readonly elderSlots: number;
  readonly anchorsSaveIntervalMs: number;
  /** Two starts after unclean stops within this time drop an anchor. */
  readonly crashLoopSpanMs: number;
  readonly outboundPerGroupMax: number;
  /** Periodic feelers and reach-back, each ± `periodicJitter`. */
  readonly feelerIntervalMs: number;
  /** Instead, while few addresses are known and fewer than this many verified: only those are shared. */
  readonly feelerScarceIntervalMs: number;
  readonly verifiedWanted: number;
  readonly reachBackIntervalMs: number;
  readonly periodicJitter: number;
  /** One open slot is drawn anew this often. */
  readonly rotationIntervalMs: number;
  /** Addresses that a node which prefers TLS dials without at the next turn. */
  readonly plainTurnsMax: number;
  /** Candidates of another network that keep a node from being ready; any of them is enough for that. */
  readonly networkRefusalsMax: number;
  /** Event-loop lag above which nobody is blamed and every deadline waits. */
  readonly lagMaxMs: number;

  // --- inbound ----------------------------------------------------------------------------------
  /** Established inbound connections per address (loopback exempt) and per group. */
  readonly inboundPerAddressMax: number;
  readonly inboundPerGroupMax: number;
  /** An address (public) whose handshake failed waits this long. */
  readonly failedHandshakeCooldownMs: number;
  /** Peers protected from eviction by keyed group, by round trip and by usefulness: this many each. */
  readonly evictionProtected: number;

  // --- score and bans ---------------------------------------------------------------------------
  readonly scoreHalfLifeMs: number;
  readonly scoreDisconnect: number;
  readonly scoreBan: number;
  readonly banMs: number;
  readonly banMaxMs: number;
  readonly bansMax: number;
  /** All bans are one document of the store, which takes none that is longer; 20,000 of scores are 3 MiB. */
  readonly bansBytesMax: number;
  /** Values of that document per ban: 8, and a few of later versions. */
  readonly bansValuesPerBanMax: number;
  /** Of it written while bans come one after the other: a full one every 12 s, and 1,600 bans each second. */
  readonly bansSaveBytesPerSecond: number;
  /** Written at once after a calm time: some hundred bans in a row, or all bans once. */
  readonly bansSaveBurstBytes: number;
  /** An operator's ban is saved no later after the last save, whatever its length. */
  readonly bansSaveIntervalMs: number;

  // --- own address ------------------------------------------------------------------------------
  /** Votes of as many groups make an observed address ours; fewer in a network this small. */
  readonly observedVotes: number;
  readonly observedVotesSmall: number;
  readonly smallNetworkPeers: number;
  readonly observedVoteMs: number;

  // --- exchange ---------------------------------------------------------------------------------
  /** What is shared: the larger of both, the same for everybody for `sampleEpochMs`. */
  readonly sampleMin: number;
  readonly sampleShare: number;
  readonly sampleEpochMs: number;
  /** With more addresses known than this a question goes without a filter. */
  readonly filterEntriesMax: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export const DEFAULT_DISCOVERY_LIMITS: DiscoveryLimits = {
  newBuckets: 256,
  triedBuckets: 64,
  bucketEntries: 64,
  newBucketsPerSource: 16,
  triedBucketsPerGroup: 4,
  newBucketsPerAddress: 4,
  sourceGroupEntriesMax: 512,
  unplacedEntriesMax: 4_096,
  persistedEntriesMax: 8_192,
  persistedPerGroupMax: 256,
  triedGroupEntriesFree: 8,
  triedGroupShareMax: 4,
  contestsMax: 64,
  hearsayPerSecond: 1,
  hearsayBurst: 100,
  clusterHearsayFactor: 10,
  failureWeight: 0.66,
  recentDialWeight: 0.01,
  recentDialMs: 10 * MINUTE_MS,
  isGroupFirst: true,
  isTestedBeforeEviction: true,
  hearsayDialIntervalMs: 30_000,
  hearsayPortsMax: 3,
  hearsayHostsMax: 16_384,
  eldersMax: 32,
  eldersPerGroupMax: 2,
  elderVerifiedWithinMs: 24 * HOUR_MS,
  securedAddressesMax: 16_384,
  bookSnapshotIntervalMs: 10 * MINUTE_MS,
  bookSnapshotBytesMax: 3_145_728,
  bookSnapshotValuesMax: 524_288,

  recordsMax: 4_096,
  recordAnnounceMs: 3_600_000,
  recordAgeMaxMs: 86_400_000,
  recordAheadMaxMs: 7_200_000,
  recordIntervalMinMs: 60_000,
  recordRelayDelayMs: 50,
  recordFanOutPublic: 2,
  recordFanOutLocal: 6,
  recordsPerSecond: 1,
  recordsBurst: 100,
  recordCalmMs: 500,
  recordCalmWaitMaxMs: 5_000,
  ownRecordsPerSecond: 2,
  ownRecordsBurst: 4,
  recordChecksPerSecond: 4,
  recordChecksBurst: 8,
  recordVerificationsMax: 256,
  recordsWaitingPerPeerMax: 100,
  listRecordBytesMax: 32_768,

  anchorSlots: 2,
  elderSlots: 8,
  anchorsSaveIntervalMs: MINUTE_MS,
  crashLoopSpanMs: 5 * MINUTE_MS,
  outboundPerGroupMax: 1,
  feelerIntervalMs: MINUTE_MS,
  feelerScarceIntervalMs: 1_000,
  verifiedWanted: 96,
  reachBackIntervalMs: MINUTE_MS,
  periodicJitter: 0.2,
  rotationIntervalMs: HOUR_MS,
  plainTurnsMax: 256,
  networkRefusalsMax: 256,
  lagMaxMs: 200,

  inboundPerAddressMax: 4,
  inboundPerGroupMax: 16,
  failedHandshakeCooldownMs: 10_000,
  evictionProtected: 4,

  scoreHalfLifeMs: 10 * MINUTE_MS,
  scoreDisconnect: -20,
  scoreBan: -50,
  banMs: 30 * MINUTE_MS,
  banMaxMs: 24 * HOUR_MS,
  bansMax: 20_000,
  bansBytesMax: 4_194_304,
  bansValuesPerBanMax: 12,
  bansSaveBytesPerSecond: 262_144,
  bansSaveBurstBytes: 1_048_576,
  bansSaveIntervalMs: 1_000,

  observedVotes: 3,
  observedVotesSmall: 2,
  smallNetworkPeers: 6,
  observedVoteMs: 10 * MINUTE_MS,

  sampleMin: 32,
  sampleShare: 0.25,
  sampleEpochMs: 10 * MINUTE_MS,
  filterEntriesMax: 1_024,
};
