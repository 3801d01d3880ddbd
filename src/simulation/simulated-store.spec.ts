import { unixMillis, type NodeId } from '../core/support/brand.ts';
import { peerAddressOfIp } from '../core/support/peer-address.ts';
import { SeededRandom } from '../core/support/random-source.ts';
import { EventQueue } from './event-queue.ts';
import { SimulatedStore } from './simulated-store.ts';

const record = {
  nodeId: 'aa' as NodeId,
  firstSuccessAt: unixMillis(1),
  lastSuccessAt: unixMillis(2),
  failures: 0,
};
const address = (last: number) => peerAddressOfIp(Uint8Array.of(20, 0, 0, last), 7071);

function storeOf(): { queue: EventQueue; store: SimulatedStore } {
  const queue = new EventQueue();
  return { queue, store: new SimulatedStore(queue, new SeededRandom(1)) };
}

describe('SimulatedStore', () => {
  it('makes changes durable within a second, in order', () => {
    const { queue, store } = storeOf();
    store.save(address(1), record);
    store.save(address(2), record);
    store.forget(address(1));
    expect(store.keys()).toEqual([]);
    while (queue.step());
    expect(queue.now).toBeLessThanOrEqual(1_000);
    expect(store.load()).toEqual([{ address: address(2), record }]);
  });

  it('loses in a crash what was not durable, and nothing else', () => {
    const { queue, store } = storeOf();
    store.save(address(1), record);
    while (queue.step());
    store.save(address(2), record);
    store.crash();
    while (queue.step());
    expect(store.keys()).toEqual([address(1).key]);
  });

  it('keeps everything in an orderly stop', () => {
    const { store } = storeOf();
    store.save(address(1), record);
    store.flush();
    expect(store.keys()).toEqual([address(1).key]);
  });
});
