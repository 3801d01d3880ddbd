import { NodeScript, peerAt } from '../../../test/support/node-script.ts';
import type { ConnectionId } from '../support/brand.ts';

const SEED = 1;
const RANDOMS = [1, 2, 3, 4, 5];
/** What has failed rests for a quarter of a second at least. */
const FAILED_REST_MS = 259;

/** The seed's socket opens and is reset before a byte has come. */
function reset(script: NodeScript): void {
  const connectionId: ConnectionId = script.dialOf(SEED);
  script.feed({
    kind: 'connection-opened',
    connectionId,
    direction: 'outbound',
    remote: peerAt(SEED),
    local: peerAt(500),
  });
  script.feed({ kind: 'connection-closed', connectionId, reason: 'connection-reset' });
}

function started(options: ConstructorParameters<typeof NodeScript>[0]): NodeScript {
  const script = new NodeScript(options);
  script.runTo(10);
  return script;
}

describe('a seed that resets a handshake, as one does that has no place for one more', () => {
  it('is asked again within 0.3 s by whom has nobody else, once', () => {
    for (const random of RANDOMS) {
      const script = started({ seeds: [SEED], random });
      reset(script);
      script.runTo(110);
      expect(script.dialled()).toHaveLength(1);
      script.runTo(320);
      expect(script.dialled()).toHaveLength(2);
    }
  });

  it('has failed when it does so twice in a row', () => {
    const script = started({ seeds: [SEED] });
    reset(script);
    script.runTo(320);
    reset(script);
    script.runTo(540);
    expect(script.dialled()).toHaveLength(2);
    expect(script.book().map(({ state }) => state)).toEqual(['backoff']);
  });

  it('has failed at once for whom is connected to somebody', () => {
    for (const random of RANDOMS) {
      const script = started({ seeds: [SEED, 2], random });
      script.answer(2);
      reset(script);
      script.runTo(FAILED_REST_MS);
      expect(script.dialled().filter((key) => key === peerAt(SEED).key)).toHaveLength(1);
    }
  });
});

it('a stored address that resets is not hurried', () => {
  for (const random of RANDOMS) {
    const script = started({ stored: [SEED], random });
    reset(script);
    script.runTo(FAILED_REST_MS);
    expect(script.dialled()).toHaveLength(1);
  }
});
