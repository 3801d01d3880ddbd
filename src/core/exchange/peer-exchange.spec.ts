import { connectionId, millis } from '../support/brand.ts';
import { DEFAULT_LIMITS } from '../support/limits.ts';
import { PeerExchange } from './peer-exchange.ts';

const ID = connectionId(1);
const OTHER = connectionId(3);
const exchangeOf = (): PeerExchange => new PeerExchange(DEFAULT_LIMITS);

describe('questions of a peer', () => {
  it('are answered twice at once and then each ten seconds', () => {
    const exchange = exchangeOf();
    const at = (now: number) => exchange.asked(ID, millis(now));
    expect([at(0), at(0), at(0)]).toEqual(['answer', 'answer', 'ignore']);
    expect([at(10_000), at(10_000)]).toEqual(['answer', 'ignore']);
  });

  it('close with the tenth in excess', () => {
    const exchange = exchangeOf();
    const verdicts = Array.from({ length: 12 }, () => exchange.asked(ID, millis(0)));
    expect(verdicts.slice(2, 11)).toEqual(Array.from({ length: 9 }, () => 'ignore'));
    expect(verdicts[11]).toBe('close');
  });

  it('are counted per connection', () => {
    const exchange = exchangeOf();
    for (let i = 0; i < 5; i += 1) exchange.asked(ID, millis(0));
    expect(exchange.asked(OTHER, millis(0))).toBe('answer');
  });
});

describe('our own questions', () => {
  it('keep to the rate that we allow others, so that two nodes never refuse each other', () => {
    const asking = exchangeOf();
    const answering = exchangeOf();
    const verdicts = new Set<string>();
    for (let now = 0; now < 600_000; now += 1_000) {
      if (asking.ask(ID, millis(now))) verdicts.add(answering.asked(ID, millis(now)));
    }
    expect([...verdicts]).toEqual(['answer']);
  });

  it('say when the next is possible', () => {
    const exchange = exchangeOf();
    expect(exchange.nextAskAt(ID, millis(5))).toBe(5);
    exchange.ask(ID, millis(5));
    exchange.ask(ID, millis(5));
    expect(exchange.mayAsk(ID, millis(5))).toBe(false);
    expect(exchange.nextAskAt(ID, millis(5))).toBe(10_005);
    expect(exchange.ask(ID, millis(10_005))).toBe(true);
  });

  it('allow one list each; another is unsolicited', () => {
    const exchange = exchangeOf();
    expect(exchange.listReceived(ID)).toBe(false);
    exchange.ask(ID, millis(0));
    expect(exchange.listReceived(OTHER)).toBe(false);
    expect(exchange.listReceived(ID)).toBe(true);
    expect(exchange.listReceived(ID)).toBe(false);
  });

  it('are forgotten with their connection', () => {
    const exchange = exchangeOf();
    exchange.ask(ID, millis(0));
    exchange.closed(ID);
    expect(exchange.listReceived(ID)).toBe(false);
  });
});
