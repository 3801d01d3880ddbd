import type { AttackPlan } from './attack-run.ts';

const plain = { security: 'plain' } as const;
const tls = { security: 'tls' } as const;

/** The classes of attacks, and who takes part in each. */
export const ATTACK_PLANS: readonly AttackPlan[] = [
  {
    title: 'A bytes before and in Hello',
    ...plain,
    adversaries: ['PrefixCutter', 'LengthLiar', 'ForeignSpeaker', 'Liar', 'HelloRepeater'],
  },
  { title: 'A messages out of place', ...plain, adversaries: ['ListPusher', 'Replayer'] },
  {
    title: 'B half-open and dripping connections',
    ...plain,
    adversaries: ['HalfOpener', 'Dripper'],
  },
  {
    title: 'B connections and resets',
    ...plain,
    adversaries: ['ConnectionFlooder', 'ResetMidFrame'],
  },
  { title: 'B a full house', ...plain, adversaries: ['FullHouse'] },
  { title: 'B slow readers', ...plain, adversaries: ['SlowReader'] },
  {
    title: 'B CPU bombs',
    ...plain,
    adversaries: ['CpuBomb', 'BogusAnnouncer', 'ElementBomb'],
  },
  { title: 'B bursts', ...plain, adversaries: ['BurstBomb'] },
  {
    title: 'C addresses and reflection',
    ...plain,
    adversaries: ['AddressFlooder', 'Reflector'],
  },
  { title: 'E TLS', ...tls, adversaries: ['TlsGarbage', 'HalfTls', 'TlsFlooder'] },
  { title: 'E TLS records', ...tls, adversaries: ['KeyUpdater', 'RecordSplitter'] },
  { title: 'E plain bytes at a TLS node', ...tls, adversaries: ['ForeignSpeaker', 'HalfOpener'] },
  { title: 'G HTTP', ...plain, adversaries: ['SlowHttpClient', 'HttpFlooder'] },
];
