import { AddressFlooder } from './address-flooder.ts';
import type { Adversary } from './adversary.ts';
import { ConnectionFlooder } from './connection-flooder.ts';
import { BogusAnnouncer, BurstBomb, CpuBomb, ElementBomb } from './cpu-bomb.ts';
import { Dripper } from './dripper.ts';
import { ForeignSpeaker } from './foreign-speaker.ts';
import { FullHouse } from './full-house.ts';
import { HalfOpener } from './half-opener.ts';
import { HelloRepeater } from './hello-repeater.ts';
import { HttpFlooder, SlowHttpClient } from './http-client.ts';
import { LengthLiar } from './length-liar.ts';
import { Liar } from './liar.ts';
import { ListPusher } from './list-pusher.ts';
import { PrefixCutter } from './prefix-cutter.ts';
import { Reflector } from './reflector.ts';
import { Replayer } from './replayer.ts';
import { ResetMidFrame } from './reset-mid-frame.ts';
import { SlowReader } from './slow-reader.ts';
import { HalfTls, KeyUpdater, RecordSplitter, TlsFlooder, TlsGarbage } from './tls-attackers.ts';

/** All of them, by name. */
export const ADVERSARIES = {
  AddressFlooder: () => new AddressFlooder(),
  BogusAnnouncer: () => new BogusAnnouncer(),
  BurstBomb: () => new BurstBomb(),
  ConnectionFlooder: () => new ConnectionFlooder(),
  CpuBomb: () => new CpuBomb(),
  Dripper: () => new Dripper(),
  ElementBomb: () => new ElementBomb(),
  ForeignSpeaker: () => new ForeignSpeaker(),
  FullHouse: () => new FullHouse(),
  HalfOpener: () => new HalfOpener(),
  HalfTls: () => new HalfTls(),
  HelloRepeater: () => new HelloRepeater(),
  HttpFlooder: () => new HttpFlooder(),
  KeyUpdater: () => new KeyUpdater(),
  LengthLiar: () => new LengthLiar(),
  Liar: () => new Liar(),
  ListPusher: () => new ListPusher(),
  PrefixCutter: () => new PrefixCutter(),
  RecordSplitter: () => new RecordSplitter(),
  Reflector: () => new Reflector(),
  Replayer: () => new Replayer(),
  ResetMidFrame: () => new ResetMidFrame(),
  SlowHttpClient: () => new SlowHttpClient(),
  SlowReader: () => new SlowReader(),
  TlsFlooder: () => new TlsFlooder(),
  TlsGarbage: () => new TlsGarbage(),
} satisfies Record<string, () => Adversary>;

export type AdversaryName = keyof typeof ADVERSARIES;
