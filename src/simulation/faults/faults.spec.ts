import type { NodeInput } from '../../core/node/inputs.ts';
import { connectionId, type Millis } from '../../core/support/brand.ts';
import { ScriptedMachine } from '../../../test/support/scripted-machine.ts';
import type { SimulatedNode } from '../simulated-node.ts';
import { Simulation } from '../simulation.ts';
import { clockStep, stall } from './clocks.ts';
import { outage, partition } from './cuts.ts';
import { churn, crash, scaleDown } from './departures.ts';
import { during, together } from './fault-plan.ts';
import { faultyName } from './names.ts';

const ONE = connectionId(2);
const ACCEPTED = connectionId(1);

interface Bench {
  readonly simulation: Simulation;
  readonly nodes: readonly SimulatedNode[];
  readonly machines: readonly ScriptedMachine[];
}

/** Scripted nodes that have started; a machine survives the crashes of its node. */
function benchOf(count: number, lossShare = 0): Bench {
  const machines: ScriptedMachine[] = [];
  const simulation = new Simulation({
    seed: 1,
    sha256: (bytes) => bytes,
    createMachine: () => machines[created++ % count] as ScriptedMachine,
    conditions: { lossShare },
  });
  let created = 0;
  const nodes = Array.from({ length: count }, () => {
    machines.push(new ScriptedMachine());
    const node = simulation.addNode({});
    node.start();
    simulation.runFor(100);
    return node;
  });
  return { simulation, nodes, machines };
}

/** Node 0 dials node 1. */
function dial({ simulation, nodes, machines }: Bench): void {
  const endpoint = (nodes[1] as SimulatedNode).address;
  act(simulation, nodes[0], machines[0], {
    kind: 'dial',
    connectionId: ONE,
    endpoint,
    timeoutMs: 10_000,
  });
}

function act(
  simulation: Simulation,
  node: SimulatedNode | undefined,
  machine: ScriptedMachine | undefined,
  effect: ScriptedMachine['effects'][number],
): void {
  machine?.effects.push(effect);
  simulation.at(simulation.now, () => node?.receive({ kind: 'deadline-reached' }));
}

function say(bench: Bench, from: 0 | 1): void {
  act(bench.simulation, bench.nodes[from], bench.machines[from], {
    kind: 'send',
    connectionId: from === 0 ? ONE : ACCEPTED,
    bytes: Uint8Array.of(from),
  });
}

function connected(lossShare = 0): Bench {
  const bench = benchOf(2, lossShare);
  dial(bench);
  bench.simulation.runFor(1_000);
  return bench;
}

const heard = (machine: ScriptedMachine | undefined, kind: NodeInput['kind']): number =>
  machine?.inputs.filter((input) => input === kind).length ?? 0;

describe('a partition', () => {
  it('silences connections without a word, and lets through afterwards what TCP kept', () => {
    const bench = connected();
    const { simulation, nodes, machines } = bench;
    partition({ between: nodes.slice(0, 1), and: nodes.slice(1), forMs: 30_000 })(simulation);
    simulation.runFor(1_000);
    say(bench, 0);
    say(bench, 1);
    simulation.runFor(28_000);
    expect(machines.map((machine) => heard(machine, 'bytes-received'))).toEqual([0, 0]);
    expect(machines.map((machine) => heard(machine, 'connection-closed'))).toEqual([0, 0]);
    simulation.runFor(60_000);
    expect(machines.map((machine) => heard(machine, 'bytes-received'))).toEqual([1, 1]);
  });

  it('of one way lets the other way through, and no new connection at all', () => {
    const bench = connected();
    const { simulation, nodes, machines } = bench;
    partition({ between: nodes.slice(0, 1), and: nodes.slice(1), lost: 'there' })(simulation);
    simulation.runFor(100);
    say(bench, 0);
    say(bench, 1);
    simulation.runFor(5_000);
    expect(machines.map((machine) => heard(machine, 'bytes-received'))).toEqual([1, 0]);
    act(simulation, nodes[1], machines[1], {
      kind: 'dial',
      connectionId: ONE,
      endpoint: (nodes[0] as SimulatedNode).address,
      timeoutMs: 10_000,
    });
    simulation.runFor(11_000);
    expect(heard(machines[1], 'dial-failed')).toBe(1);
  });

  it('answers a dial with silence, and a dial that outlasts it with a connection', () => {
    const bench = benchOf(2);
    const { simulation, nodes, machines } = bench;
    partition({ between: nodes.slice(0, 1), and: nodes.slice(1), forMs: 5_000 })(simulation);
    simulation.runFor(10);
    dial(bench);
    simulation.runFor(4_900);
    expect(machines[0]?.inputs).not.toContain('dial-failed');
    simulation.runFor(4_000);
    expect(machines[0]?.inputs).toContain('connection-opened');
  });

  it('loses a reset: the other end learns of it when it speaks again', () => {
    const bench = connected();
    const { simulation, nodes, machines } = bench;
    partition({ between: nodes.slice(0, 1), and: nodes.slice(1), forMs: 2_000 })(simulation);
    simulation.runFor(100);
    act(simulation, nodes[0], machines[0], {
      kind: 'close',
      connectionId: ONE,
      mode: 'abort',
    });
    simulation.runFor(10_000);
    expect(heard(machines[1], 'connection-closed')).toBe(0);
    say(bench, 1);
    simulation.runFor(1_000);
    expect(heard(machines[1], 'connection-closed')).toBe(1);
  });
});

describe('an outage', () => {
  it('cuts a node off from everybody and from its resolver', () => {
    const bench = benchOf(2);
    const { simulation, nodes, machines } = bench;
    simulation.resolver.setHost('seed.example.com', [nodes[1]?.ip as Uint8Array]);
    outage({ of: nodes.slice(0, 1), forMs: 60_000 })(simulation);
    simulation.runFor(10);
    dial(bench);
    let answers: readonly Uint8Array[] | undefined;
    const question = { name: 'seed.example.com', asker: 0 };
    simulation.resolver.resolve(question, (addresses) => (answers = addresses));
    simulation.runFor(15_000);
    expect(heard(machines[0], 'dial-failed')).toBe(1);
    expect(answers).toEqual([]);
    simulation.runFor(60_000);
    simulation.resolver.resolve(question, (addresses) => (answers = addresses));
    simulation.runFor(100);
    expect(answers).toHaveLength(1);
  });
});

describe('loss', () => {
  it('costs waits, and everything arrives once', () => {
    const bench = connected(0.1);
    const { simulation, machines } = bench;
    const from = simulation.now;
    for (let i = 0; i < 50; i += 1) {
      say(bench, 0);
      simulation.runFor(100);
    }
    simulation.runFor(10_000);
    expect(machines[1]?.bytes).toBe(50);
    expect(simulation.now).toBeGreaterThan(from);
  });

  it('of one segment again and again ends the connection', () => {
    const bench = connected(0);
    (bench.simulation.network.world.conditions as { lossShare: number }).lossShare = 1;
    say(bench, 0);
    bench.simulation.runFor(1_000);
    expect(heard(bench.machines[0], 'connection-closed')).toBe(1);
    expect(heard(bench.machines[1], 'connection-closed')).toBe(0);
  });
});

describe('departures', () => {
  it('of a vanished host leave silence where a dead process refuses', () => {
    const bench = benchOf(2);
    const { simulation, nodes, machines } = bench;
    crash({ of: nodes.slice(1), departure: 'vanish', backAfterMs: 20_000 })(simulation);
    simulation.runFor(10);
    dial(bench);
    simulation.runFor(9_000);
    expect(machines[0]?.inputs).not.toContain('dial-failed');
    simulation.runFor(21_000);
    expect(nodes[1]?.isAlive).toBe(true);
  });

  it('come back in churn, in different order for each seed, and everybody is there in the end', () => {
    const { simulation, nodes } = benchOf(8);
    churn({
      of: nodes,
      upMsMean: 20_000,
      downMsMean: 5_000,
      departures: ['reset', 'vanish', 'goodbye'],
      forMs: 120_000,
    })(simulation);
    simulation.runFor(120_000);
    const lives = nodes.map((node) => node.life);
    expect(Math.max(...lives)).toBeGreaterThan(3);
    expect(new Set(lives).size).toBeGreaterThan(1);
    simulation.runFor(60_000);
    expect(nodes.every((node) => node.isAlive)).toBe(true);
  });

  it('by scaling down say goodbye one after the other', () => {
    const { simulation, nodes, machines } = benchOf(3);
    scaleDown({ of: nodes.slice(1), eachMs: 5_000 })(simulation);
    simulation.runFor(4_000);
    expect(nodes.map((node) => node.isAlive)).toEqual([true, false, true]);
    expect(machines[1]?.inputs).toContain('operator-command');
    simulation.runFor(4_000);
    expect(nodes.map((node) => node.isAlive)).toEqual([true, false, false]);
  });
});

describe('clocks', () => {
  it('that jump change what a node writes down, never its timers', () => {
    const { simulation, nodes } = benchOf(2);
    clockStep({ of: nodes.slice(0, 1), atMs: 1_000, byMs: -3_600_000 })(simulation);
    simulation.runFor(2_000);
    expect(nodes.map((node) => node.wallClockOffsetMs)).toEqual([-3_600_000, 0]);
  });

  it('of a stalled node run late: first its timers, then what has arrived, in order', () => {
    const bench = connected();
    const { simulation, nodes, machines } = bench;
    const times: number[] = [];
    const machine = machines[1] as ScriptedMachine;
    machine.inputs.length = 0;
    const begun = simulation.now;
    machine.onInput = (_input, now) => {
      machine.deadline = now < begun + 300 ? ((begun + 300) as Millis) : undefined;
      times.push(now);
    };
    act(simulation, nodes[1], machine, { kind: 'resume-reading', connectionId: ACCEPTED });
    stall({ of: nodes.slice(1), atMs: 50, forMs: 1_000 })(simulation);
    simulation.runFor(100);
    say(bench, 0);
    simulation.runFor(2_000);
    expect(machine.inputs).toEqual(['deadline-reached', 'deadline-reached', 'bytes-received']);
    expect(times.slice(1).every((at) => at === begun + 1_050)).toBe(true);
  });
});

describe('a faulty name', () => {
  it('answers in turn what it was told to, then the truth again', () => {
    const { simulation, nodes } = benchOf(2);
    const [one, other] = nodes.map((node) => node.ip);
    simulation.resolver.setHost('seed.example.com', [one as Uint8Array]);
    const answers: (readonly Uint8Array[])[] = [];
    const ask = (): void => {
      const question = { name: 'seed.example.com', asker: 0 };
      simulation.resolver.resolve(question, (addresses) => answers.push(addresses));
      simulation.runFor(100);
    };
    const fault = { answers: [[], [other as Uint8Array]], lateMs: 30 };
    faultyName({ name: 'seed.example.com', fault, forMs: 250 })(simulation);
    simulation.runFor(1);
    for (let i = 0; i < 4; i += 1) ask();
    expect(answers).toEqual([[], [other], [], [one]]);
  });
});

describe('plans', () => {
  it('run side by side, each in its own span', () => {
    const { simulation } = benchOf(1);
    const log: string[] = [];
    const step = (name: string, fromMs: number, forMs: number): ReturnType<typeof during> =>
      during({ fromMs, forMs }, () => {
        log.push(`${name} begins`);
        return () => log.push(`${name} ends`);
      });
    together(step('a', 10, 20), step('b', 20, Infinity))(simulation);
    simulation.runFor(100);
    expect(log).toEqual(['a begins', 'b begins', 'a ends']);
  });
});
