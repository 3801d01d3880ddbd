import { PeerNode } from '../core/node/peer-node.ts';
import type { CreateMachine } from './machine.ts';

/** The real thing: what the simulated network is made of outside its own tests. */
export const createPeerNode: CreateMachine = (options, now) => new PeerNode(options, now);
