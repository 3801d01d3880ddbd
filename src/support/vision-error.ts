/** Exit codes, after sysexits.h. */
export const EXIT_CODES = {
  ok: 0,
  warning: 1,
  failure: 2,
  usage: 64,
  cannotListen: 69,
  dataDir: 74,
  config: 78,
} as const;

const EXIT_CODE_OF = {
  VN_ERR_CONFIG: EXIT_CODES.config,
  VN_ERR_CANNOT_LISTEN: EXIT_CODES.cannotListen,
  VN_ERR_DATA_DIR: EXIT_CODES.dataDir,
  VN_ERR_USAGE: EXIT_CODES.usage,
} as const;

export type VisionErrorCode = keyof typeof EXIT_CODE_OF;

/** A failure that the operator can mend: a stable code, a sentence, a hint, an exit code. */
export class VisionError extends Error {
  override readonly name = 'VisionError';
  readonly exitCode: number;

  constructor(
    readonly code: VisionErrorCode,
    message: string,
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.exitCode = EXIT_CODE_OF[code];
  }
}
