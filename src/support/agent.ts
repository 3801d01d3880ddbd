/** Equal to the version of package.json; a test holds them together. */
export const PRODUCT_VERSION = '0.1.0';

/** What this node calls itself in Hello: at most 64 printable ASCII characters. */
export const AGENT = `vision-node/${PRODUCT_VERSION}`;
