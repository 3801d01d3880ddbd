import { NodeScript, peerAt } from '../../../test/support/node-script.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { WIRE_REASONS } from '../session/reasons.ts';
import type { ConnectionId } from '../support/brand.ts';
import type { Message } from '../wire/message.ts';

const { answerHoldMs, sampleMin } = DEFAULT_LIMITS;
const QUESTION: Message = {
  type: 'get-peers',
  body: { max: 100, knownFilter: new Uint8Array(0), filterHashes: 0, filterSalt: 0 },
};
const keyAt = (i: number): string => peerAt(i).key;

function ask(script: NodeScript, i: number): ConnectionId {
  const id = script.accept(i, { listenAddresses: [keyAt(i)] });
  script.send(id, QUESTION);
  return id;
}

const lists = (script: NodeScript, id: ConnectionId): string[][] =>
  script.sent(id).flatMap((message) => (message.type === 'peer-list' ? [message.body.peers] : []));

function started(limits: ConstructorParameters<typeof NodeScript>[0] = {}): NodeScript {
  const script = new NodeScript(limits);
  script.runTo(10);
  return script;
}

const range = (length: number): number[] => Array.from({ length }, (_, index) => index + 1);

/** So many of these claims turn out to be right, as fast as feelers go out. @returns the others */
function verify(script: NodeScript, peers: readonly number[], count: number): number[] {
  const left = new Set(peers);
  while (peers.length - left.size < count) {
    script.runTo(script.now + 50);
    const dialled = [...left].filter((i) => script.dialled().includes(keyAt(i)));
    for (const i of dialled.slice(0, count - peers.length + left.size)) {
      script.answer(i);
      left.delete(i);
    }
  }
  script.runTo(script.now + 50);
  return [...left];
}

describe('a question to a node that knows few and verifies others', () => {
  it('is answered once they are verified, with their names', () => {
    const script = started();
    const ids = [ask(script, 1), ask(script, 2), ask(script, 3)];
    script.runTo(100);
    expect(ids.slice(1).map((id) => lists(script, id))).toEqual([[], []]);
    for (const i of [1, 2, 3]) script.answer(i);
    for (const [index, id] of ids.slice(1).entries()) {
      const others = [1, 2, 3].filter((i) => i !== index + 2).map(keyAt);
      expect(lists(script, id).map((list) => list.toSorted())).toEqual([others]);
    }
  });

  it('is answered when a claim turns out to be wrong: nobody else is waited for', () => {
    const script = started();
    ask(script, 1);
    const id = ask(script, 2);
    script.runTo(100);
    script.answer(2);
    expect(lists(script, id)).toEqual([]);
    script.refuse(1);
    expect(lists(script, id)).toEqual([[]]);
  });

  it('waits half a second at most for claims that nobody ever confirms', () => {
    const script = started();
    ask(script, 1);
    const id = ask(script, 2);
    script.runTo(10 + answerHoldMs - 1);
    expect(lists(script, id)).toEqual([]);
    script.runTo(10 + answerHoldMs);
    expect(lists(script, id)).toEqual([[]]);
  });

  it('is not kept waiting for the asker’s own claim', () => {
    const script = started();
    expect(lists(script, ask(script, 1))).toEqual([[]]);
  });

  it('is answered at once when a second one comes, which is answered as well', () => {
    const script = started();
    ask(script, 1);
    const id = ask(script, 2);
    script.send(id, QUESTION);
    expect(lists(script, id)).toEqual([[]]);
    script.runTo(10 + answerHoldMs);
    expect(lists(script, id)).toEqual([[], []]);
  });

  it('is forgotten with its connection', () => {
    const script = started();
    ask(script, 1);
    const id = ask(script, 2);
    script.feed({ kind: 'connection-closed', connectionId: id, reason: 'connection-reset' });
    script.runTo(2_000);
    expect(lists(script, id)).toEqual([]);
  });

  it('of a guest without a slot is what the guest stays for', () => {
    const script = started({ limits: { inboundMax: 1 } });
    ask(script, 1);
    const id = ask(script, 2);
    script.runTo(100);
    const kinds = (): string[] => script.sent(id).map(({ type }) => type);
    expect(kinds()).toEqual(['hello']);
    script.answer(1);
    script.runTo(101);
    expect(lists(script, id)).toEqual([[keyAt(1)]]);
    expect(script.sent(id).at(-1)).toMatchObject({
      type: 'disconnect',
      body: { reason: WIRE_REASONS['too-many-peers'], redirect: [keyAt(1)] },
    });
  });
});

it('a node that has verified enough answers at once, whoever is being verified', () => {
  const script = started();
  const many = range(sampleMin);
  for (const i of many) script.accept(i, { listenAddresses: [keyAt(i)] });
  verify(script, many, sampleMin);
  script.accept(50, { listenAddresses: [keyAt(50)] });
  const id = ask(script, 51);
  expect(lists(script, id).map((list) => list.length)).toEqual([sampleMin]);
});

it('who waits is answered as soon as enough are verified, whoever else still is', () => {
  const script = started();
  const many = range(sampleMin + 4);
  const id = ask(script, 50);
  for (const i of many) script.accept(i, { listenAddresses: [keyAt(i)] });
  script.send(id, QUESTION);
  const [next] = verify(script, many, sampleMin - 1);
  expect(lists(script, id)).toEqual([[]]);
  script.answer(next as number);
  expect(lists(script, id).map((list) => list.length)).toEqual([0, sampleMin]);
});

it.each([1_900, 4_700, 60_000])(
  'a first connection %i ms after the start is no sign of a stalled process',
  (startsAt) => {
    const script = started();
    script.runTo(startsAt);
    ask(script, 1);
    script.runTo(startsAt + 1);
    expect(script.events('late')).toEqual([]);
    expect(script.dialled()).toEqual([keyAt(1)]);
  },
);

describe('fresh dials of a node for its own slots', () => {
  it('go before feelers, which follow at once when none is under way', () => {
    const script = started({ seeds: [9] });
    script.accept(1, { listenAddresses: [keyAt(1)] });
    script.runTo(500);
    expect(script.dialled()).toEqual([keyAt(9)]);
    script.answer(9);
    script.runTo(550);
    expect(script.dialled()).toEqual([keyAt(9), keyAt(1)]);
  });

  it('hold none back of whom has verified enough', () => {
    const script = started({ limits: { verifyAtOnceBelow: 0, verifyWithinMs: 100 }, seeds: [9] });
    script.accept(1, { listenAddresses: [keyAt(1)] });
    script.runTo(200);
    expect(script.dialled()).toEqual([keyAt(9), keyAt(1)]);
  });

  it('hold feelers back no longer than 1.5 s', () => {
    const script = started({ seeds: [9] });
    script.accept(1, { listenAddresses: [keyAt(1)] });
    script.runTo(1_600);
    expect(script.dialled()).toEqual([keyAt(9), keyAt(1)]);
  });
});
