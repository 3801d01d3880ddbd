import { OutboundLedger } from './outbound-ledger.ts';

describe('OutboundLedger', () => {
  it('counts connections and dials of slots at the moment of a dial, whatever comes later', () => {
    const ledger = new OutboundLedger();
    ledger.dialStarted('a', 3);
    ledger.dialStarted('b', 3);
    expect(ledger.dialFinished('a', 'open')).toBe(4);
    expect(ledger.dialFinished('b', 'open')).toBe(5);
  });

  it('leaves out feelers and operator peers', () => {
    const ledger = new OutboundLedger();
    for (const endpoint of ['a', 'b', 'c']) ledger.dialStarted(endpoint, 0);
    ledger.dialFinished('a', 'feeler');
    ledger.dialFinished('b', 'operator');
    expect(ledger.dialFinished('c', 'open')).toBe(1);
  });

  it('does not count a dial that ended before', () => {
    const ledger = new OutboundLedger();
    ledger.dialStarted('a', 0);
    ledger.dialFinished('a', 'open');
    ledger.dialStarted('b', 0);
    expect(ledger.dialFinished('b', 'open')).toBe(1);
  });

  it('forgets the dials of an ended life', () => {
    const ledger = new OutboundLedger();
    ledger.dialStarted('a', 5);
    ledger.reset();
    expect(ledger.dialFinished('a', 'open')).toBe(0);
  });
});
