// A process of its own around the built file store: node store-writer.mjs DIST DATA_DIR write|read [SEED]
//   write: saves and forgets peers, and saves documents, for ever; prints "saved KEY" or "forgot KEY" once that is durable, and
//          "forgetting KEY" before: a process that dies between the two may or may not have forgotten.
//   read:  prints one JSON object {peers, documents, warnings} and ends; of a document its number and whether
//          it is whole.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, dataDir, mode, seed = '0'] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(join(dist, path)).href);
const { openFilePeerStore } = await load('persistence/file-peer-store.js');
const { parsePeerAddress } = await load('core/support/peer-address.js');

const BURST = 20;
const KEPT = 200;
/** Of 100 KiB, so that one spans many blocks; it begins with its number. */
const DOCUMENTS = ['anchors', 'bans', 'book:snapshot'];
const DOCUMENT_LENGTH = 102_400;
const NODE_ID = '0123456789abcdef0123456789abcdef01234567';

const warnings = [];
const store = await openFilePeerStore({ dataDir, warn: (sentence) => warnings.push(sentence) });
const { peers, documents } = await store.load();

if (mode === 'read') {
  await store.close();
  const keys = peers.map(({ address, record }) => [address.key, record?.nodeId === NODE_ID]);
  process.stdout.write(JSON.stringify({ peers: keys, documents: sizesOf(documents), warnings }));
} else {
  let written = 0;
  let burst = [];
  store.onWrite(() => {
    if (store.health().pendingWrites > 0) return;
    report();
    setImmediate(applyBurst);
  });
  applyBurst();

  function applyBurst() {
    const now = Date.now();
    burst = [];
    for (let i = 0; i < BURST; i += 1, written += 1) burst.push(saved(written, now));
    // What is kept stays far below what a store holds, however long this runs.
    const oldest = written - KEPT - BURST;
    for (let i = Math.max(0, oldest); i < oldest + BURST; i += 1) {
      burst.push({ kind: 'forget', address: addressOf(i) });
    }
    burst.push(documentOf(DOCUMENTS[(written / BURST) % DOCUMENTS.length], written));
    const leaving = burst.filter((change) => change.kind === 'forget');
    process.stdout.write(leaving.map((change) => `forgetting ${change.address.key}\n`).join(''));
    store.apply(burst);
  }

  function report() {
    const lines = burst.map((change) => `${describe(change)}\n`);
    process.stdout.write(lines.join(''));
  }

  function describe(change) {
    if (change.kind === 'document') return `document ${change.name} ${numberOf(change.text)}`;
    return `${change.kind === 'save' ? 'saved' : 'forgot'} ${change.address.key}`;
  }

  function saved(index, now) {
    const record = { nodeId: NODE_ID, firstSuccessAt: now, lastSuccessAt: now, failures: 0 };
    return { kind: 'save', address: addressOf(index), record };
  }
}

function addressOf(index) {
  const text = `10.${seed}.${(index >> 8) & 255}.${index & 255}:${7071 + (index >> 16)}`;
  return parsePeerAddress(text).address;
}

/** Every start counts on from what it found, so that numbers only grow. */
function documentOf(name, index) {
  const number = Math.max(numberOf(documents[name] ?? '0'), 0) + index + 1;
  return { kind: 'document', name, text: `${number} `.padEnd(DOCUMENT_LENGTH, '.') };
}

function numberOf(text) {
  return Number(text.split(' ')[0]);
}

function sizesOf(found) {
  return Object.fromEntries(
    Object.entries(found).map(([name, text]) => [
      name,
      { number: numberOf(text), isWhole: text.length === DOCUMENT_LENGTH },
    ]),
  );
}
