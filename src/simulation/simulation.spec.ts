import type { NodeEffect } from '../core/node/effects.ts';
import { connectionId, millis, unixMillis, type NodeId } from '../core/support/brand.ts';
import { parsePeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import { ScriptedMachine } from '../../test/support/scripted-machine.ts';
import { Simulation } from './simulation.ts';

function simulationOf(machine: ScriptedMachine, seed = 1): Simulation {
  const simulation = new Simulation({
    seed,
    sha256: (bytes) => bytes,
    createMachine: () => machine,
  });
  simulation.addNode({}).start();
  return simulation;
}

function addressOf(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.address;
}

function brokenRules(simulation: Simulation): string[] {
  return simulation.watch.violations.found.map((violation) => violation.rule);
}

/** Emits `effect` at the first input. */
function emitting(effect: NodeEffect): ScriptedMachine {
  const machine = new ScriptedMachine();
  machine.onInput = (input) => {
    if (input.kind === 'peers-loaded') machine.effects.push(effect);
  };
  return machine;
}

describe('a simulated node', () => {
  it('starts with what its store holds and is woken at its deadline, a little late at most', () => {
    const machine = new ScriptedMachine();
    let wokenAt = 0;
    machine.onInput = (input, now) => {
      machine.deadline = input.kind === 'peers-loaded' ? millis(500) : undefined;
      wokenAt = now;
    };
    const simulation = simulationOf(machine);
    simulation.runFor(2_000);
    expect(machine.inputs).toEqual(['peers-loaded', 'deadline-reached']);
    expect(wokenAt).toBeGreaterThanOrEqual(500);
    expect(wokenAt).toBeLessThan(502);
    expect(brokenRules(simulation)).toEqual([]);
  });

  it('hears nothing after a crash, and starts again from its store', () => {
    const machine = new ScriptedMachine();
    machine.deadline = millis(500);
    const simulation = simulationOf(machine);
    const node = simulation.nodes[0];
    simulation.runFor(100);
    node?.crash('reset');
    simulation.runFor(1_000);
    expect(machine.inputs).toEqual(['peers-loaded']);
    machine.deadline = undefined;
    node?.start();
    simulation.runFor(100);
    expect(machine.inputs).toEqual(['peers-loaded', 'peers-loaded']);
  });
});

describe('the watch over a run', () => {
  it('reports a machine whose deadline stays in the past', () => {
    const machine = new ScriptedMachine();
    machine.deadline = millis(10);
    const simulation = simulationOf(machine);
    simulation.runFor(200);
    expect(brokenRules(simulation)).toContain('deadline-in-the-past');
  });

  it('reports time that stands still, and ends the run', () => {
    const machine = new ScriptedMachine();
    const simulation = simulationOf(machine);
    const again = (): void => simulation.at(simulation.now, again);
    again();
    simulation.runFor(1_000);
    expect(brokenRules(simulation)).toEqual(['livelock']);
    expect(simulation.now).toBe(0);
  });

  it('reports what is sent on a connection that is over', () => {
    const bytes = Uint8Array.of(1);
    const simulation = simulationOf(
      emitting({ kind: 'send', connectionId: connectionId(7), bytes }),
    );
    simulation.runFor(100);
    expect(brokenRules(simulation)).toEqual(['effect-on-ended-connection']);
  });

  it('reports a dial out of the network', () => {
    const simulation = simulationOf(
      emitting({
        kind: 'dial',
        connectionId: connectionId(2),
        endpoint: addressOf('10.0.0.1:7071'),
        timeoutMs: 1_000,
      }),
    );
    simulation.runFor(100);
    expect(brokenRules(simulation)).toEqual(['dial-outside-network']);
  });

  it('reports a peer that is stored or listed without an answer to a dial', () => {
    const address = addressOf('20.9.9.9:7071');
    const at = unixMillis(0);
    const machine = emitting({
      kind: 'save-peer',
      address,
      record: {
        nodeId: 'aa' as NodeId,
        firstSuccessAt: at,
        lastSuccessAt: at,
        failures: 0,
      },
    });
    machine.listed = [address.key];
    const simulation = simulationOf(machine);
    simulation.runFor(1_000);
    expect(brokenRules(simulation)).toEqual(['unverified-peer-saved', 'unverified-peer-listed']);
  });
});

describe('the trace', () => {
  it('differs when a node asks for something else', () => {
    const traceOf = (size: number): string => {
      const bytes = new Uint8Array(size);
      const simulation = simulationOf(
        emitting({ kind: 'send', connectionId: connectionId(7), bytes }),
      );
      simulation.runFor(100);
      return simulation.trace.hex();
    };
    expect(traceOf(1)).toBe(traceOf(1));
    expect(traceOf(1)).not.toBe(traceOf(2));
  });
});
