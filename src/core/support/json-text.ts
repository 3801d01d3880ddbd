/** What of a JSON text is looked at before it is parsed: short values and nesting cost most, far more than the text. */
export interface JsonShape {
  readonly depthMax: number;
  /** Brackets that open, and commas: at least the values but one. */
  readonly valuesMax: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;

/** @returns the value; undefined when the text is no JSON or not of this shape */
export function parseJson(text: string, shape: JsonShape): unknown {
  if (!isWithin(text, shape)) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON whose length is its number of bytes: texts may hold what a peer or an operator wrote. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[^\u0020-\u007e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** One pass over the text, which ends at the first excess; what is inside strings does not count. */
function isWithin(text: string, { depthMax, valuesMax }: JsonShape): boolean {
  let depth = 0;
  let values = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) i = endOfString(text, i);
    const step = depthStep(unit);
    depth += step;
    if (step > 0 || unit === COMMA) values += 1;
    if (depth > depthMax || values > valuesMax) return false;
  }
  return true;
}

function depthStep(unit: number): number {
  // `[` and `{`, `]` and `}`: each pair differs in one bit.
  if ((unit & ~0x20) === 0x5b) return 1;
  return (unit & ~0x20) === 0x5d ? -1 : 0;
}

/** @param start of the opening quote @returns position of the closing one, or past the end */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit === QUOTE) break;
    if (unit === BACKSLASH) i += 1;
  }
  return i;
}
