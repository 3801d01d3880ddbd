/**
 * Bounds of the operator surface, HTTP, log and the files that the configuration names, which the core never sees. Part of the limits of the
 * process; what is met is counted by `LIMIT_NAMES` of limits.ts.
 */

/** Node's own are 60 s, 300 s and no cap: too lax for a port that strangers reach. */
export const HTTP_LIMITS = {
  /** A slow line sends 16 KiB in it. */
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  /** A connection on which nothing moves, a client that does not read among them. */
  idleSocketTimeoutMs: 10_000,
  /** Between two scrapes nobody needs to keep a connection. */
  keepAliveTimeoutMs: 5_000,
  /** How often the three above are looked at. */
  sweepIntervalMs: 1_000,
  /** Node's default. */
  headerBytesMax: 16_384,
  /** The longest body that is asked for has a kilobyte. */
  bodyBytesMax: 65_536,
  /** Per listener: probes, scrapers and people, some 100 KiB each at worst. */
  socketsMax: 64,
  /** Of these the newest, which one more than fit does not end: their first packet takes a turn or two of the event loop. */
  newcomersSpared: 16,
  /** Requests of one connection that wait for their answers; who sends more does not read them. */
  pipelinedMax: 8,
  /** Of `/p2p/peers` per address; 1,024 addresses of some 200 B. Nobody needs a second list within a second. */
  peersRate: { perSecond: 5, burst: 5, addressesMax: 1_024 },
  /** Of changes by operators, per address; a script that changes many things does it in its own time. */
  changesRate: { perSecond: 5, burst: 20, addressesMax: 1_024 },
} as const;

/** Of the ten seconds that a signal may take to end a node. */
export const START_LIMITS = {
  /** What is open may still be closed when the start comes to its end in that time. */
  abandonMs: 8_000,
} as const;

/** A wrong path may lead to a file of any size. */
export const NAMED_FILE_LIMITS = {
  /** Longer than any secret that somebody makes. */
  tokenBytesMax: 4_096,
  /** A host, a user and a password, each of any length that a server takes. */
  redisUrlBytesMax: 4_096,
  /** Some hundreds of authorities; an operator has one, and two while one follows the other. */
  authoritiesBytesMax: 1_048_576,
  /** Half a million networks are the whole internet with neighbours joined; reading them takes 150 MiB. */
  asMapBytesMax: 16_777_216,
} as const;

export const LOG_LIMITS = {
  /** Without the newline a line has at most this many bytes less one. */
  lineBytesMax: 2_048,
  /**
   * Half the budget of ten. The other half are lines that one remote causes and that do not name it: how
   * many were held back, two changes of state, one start of dials, one ban.
   */
  linesPerRemotePerSecond: 5,
  /** Whose last lines are remembered; beyond it the one seen first goes. */
  remotesMax: 4_096,
} as const;
