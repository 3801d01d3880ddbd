import { EVENT_LOOP, type TurnBudget, type TurnUser } from './turn-budget.ts';

/** Who gets the bytes, piece by piece, in order. */
export interface BytesTaker {
  /** False: the rest stays until `goOn`. */
  readonly mayTake: boolean;
  /** May call `clear`. */
  takePiece(piece: Uint8Array): void;
  /** Everything was taken: more may be read. */
  allTaken(): void;
}

/** What was read of one connection and is handled in pieces, as the event loop has time for it. */
export class PacedBytes implements TurnUser {
  usedMs = 0;
  usedAtMs = 0;
  turnAtMs = 0;
  private rest: Uint8Array | undefined;
  private ended: (() => void) | undefined;

  constructor(
    private readonly taker: BytesTaker,
    private readonly pieceBytes: number,
    private readonly turns: TurnBudget = EVENT_LOOP,
  ) {}

  /** Nothing more is to be read until it is not. A small message that waits is worth no pause. */
  get isFull(): boolean {
    return this.rest !== undefined && this.rest.length >= this.pieceBytes;
  }

  push(bytes: Uint8Array): void {
    const { rest } = this;
    this.rest = rest === undefined ? bytes : Buffer.concat([rest, bytes]);
    this.turns.serve(this);
  }

  /** The rest, when `mayTake` has become true. */
  goOn(): void {
    if (this.rest !== undefined) this.turns.serve(this);
  }

  /** No more will be read. @param ended called after the last byte, or as soon as none may be taken */
  end(ended: () => void): void {
    this.ended = ended;
    if (this.rest === undefined || !this.taker.mayTake) this.clear();
  }

  /** Whoever takes them is gone; what was to come after them comes now. */
  clear(): void {
    this.rest = undefined;
    this.turns.leave(this);
    const { ended } = this;
    this.ended = undefined;
    ended?.();
  }

  /** @internal */
  step(): boolean {
    const { rest, pieceBytes } = this;
    if (rest === undefined) return false;
    if (!this.taker.mayTake) {
      if (this.ended !== undefined) this.clear();
      return false;
    }
    const isLast = rest.length <= pieceBytes;
    this.rest = isLast ? undefined : rest.subarray(pieceBytes);
    this.taker.takePiece(isLast ? rest : rest.subarray(0, pieceBytes));
    if (this.rest !== undefined) return true;
    if (this.ended === undefined) this.taker.allTaken();
    else this.clear();
    return false;
  }
}
