/** What the network does to connections; durations in virtual milliseconds. */
export interface NetworkConditions {
  /** One way, drawn per direction of each connection. */
  readonly latencyMsMin: number;
  readonly latencyMsMax: number;
  /** Share of segments that are lost; each loss costs its sender a wait, twice as long each time. */
  readonly lossShare: number;
  /** Share of writes that arrive in pieces, how many at most, and how far apart. */
  readonly splitShare: number;
  readonly splitPartsMax: number;
  readonly splitGapMsMax: number;
  /** Bytes that wait for a reader that has paused, above which the sender is told to give up. */
  readonly unreadBytesMax: number;
}

/** Round trips of 100 ms on average. */
export const DEFAULT_CONDITIONS: NetworkConditions = {
  latencyMsMin: 20,
  latencyMsMax: 80,
  lossShare: 0,
  splitShare: 0.05,
  splitPartsMax: 4,
  splitGapMsMax: 3,
  unreadBytesMax: 131_072,
};

/** Every write in pieces, down to single bytes. */
export const SPLIT_WRITES = {
  splitShare: 1,
  splitPartsMax: 8,
} satisfies Partial<NetworkConditions>;
