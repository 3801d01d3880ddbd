import { connectionId } from '../core/support/brand.ts';
import { EstablishedConnections } from './established-connections.ts';

const ONE = connectionId(1);
const TWO = connectionId(2);

describe('established connections', () => {
  it('are counted by direction, slots apart from what stands beside them', () => {
    const connections = new EstablishedConnections();
    connections.add(ONE, { direction: 'outbound', class: 'anchor' });
    connections.add(TWO, { direction: 'outbound', class: 'operator' });
    connections.add(connectionId(3), { direction: 'outbound', class: 'feeler' });
    connections.add(connectionId(4), { direction: 'inbound', class: 'open' });
    expect([connections.slots('outbound'), connections.lasting('outbound')]).toEqual([1, 2]);
    expect([connections.slots('inbound'), connections.lasting('inbound')]).toEqual([1, 1]);
  });

  it('count no more once they are gone, and once when they are named twice', () => {
    const connections = new EstablishedConnections();
    connections.add(ONE, { direction: 'inbound', class: 'open' });
    connections.add(ONE, { direction: 'inbound', class: 'surplus' });
    expect(connections.slots('inbound')).toBe(0);
    connections.add(TWO, { direction: 'inbound', class: 'open' });
    connections.delete(TWO);
    connections.delete(TWO);
    connections.clear();
    expect(connections.lasting('inbound')).toBe(0);
  });
});
