/** Visible ASCII: what a header can carry as it is. */
const TOKEN = /^[\x21-\x7e]+$/;

/** The token that the content of a file is, without the newline that editors leave at the end. */
export function tokenOfText(text: string): string | undefined {
  const token = text.trimEnd();
  return TOKEN.test(token) ? token : undefined;
}
