import type { AddressKey, NodeId } from '../support/brand.ts';
import type { BookEntry } from './book-entry.ts';

/** Where a node was met. */
interface Whereabouts {
  address: AddressKey;
  /** Where somebody with the same id answered while `address` held it. */
  rival: AddressKey | undefined;
}

/**
 * Goal: a node is looked for, and shared, where it proved itself. Adversary: an address that claims
 * another node's id (on plain connections an id is a claim). Mechanism: a proven address that has not
 * failed since keeps its node; a rival takes over once it has failed or said goodbye. Bound: one
 * record per id that an entry of the book carries. Cost: O(1).
 */
export class NodeAddresses {
  private readonly ofNode = new Map<NodeId, Whereabouts>();

  constructor(private readonly find: (key: AddressKey) => BookEntry | undefined) {}

  of(nodeId: NodeId): BookEntry | undefined {
    const found = this.ofNode.get(nodeId);
    return found === undefined ? undefined : this.find(found.address);
  }

  /** Our own handshake has met `nodeId` at the entry's address. */
  met(entry: BookEntry, nodeId: NodeId): void {
    if (entry.nodeId !== nodeId) {
      this.left(entry);
      entry.nodeId = nodeId;
    }
    const { key } = entry.address;
    const known = this.ofNode.get(nodeId);
    if (known === undefined) {
      this.ofNode.set(nodeId, { address: key, rival: undefined });
    } else if (known.address !== key) {
      if (this.isPinned(known.address, nodeId)) known.rival = key;
      else this.ofNode.set(nodeId, { address: key, rival: undefined });
    }
  }

  /** The entry has failed, or answers no longer as this node: a rival is believed now. */
  doubted(entry: BookEntry): void {
    const { nodeId } = entry;
    const known = nodeId === undefined ? undefined : this.ofNode.get(nodeId);
    if (nodeId === undefined || known?.address !== entry.address.key) return;
    const rival = this.rivalOf(known, nodeId);
    if (rival !== undefined) {
      this.ofNode.set(nodeId, { address: rival.address.key, rival: undefined });
    }
  }

  /** The entry goes, or another node answers there: the one that did before is no longer found here. */
  left(entry: BookEntry): void {
    const { nodeId, address } = entry;
    const known = nodeId === undefined ? undefined : this.ofNode.get(nodeId);
    if (nodeId === undefined || known === undefined) return;
    if (known.rival === address.key) known.rival = undefined;
    if (known.address !== address.key) return;
    const rival = this.rivalOf(known, nodeId);
    if (rival === undefined) this.ofNode.delete(nodeId);
    else this.ofNode.set(nodeId, { address: rival.address.key, rival: undefined });
  }

  private isPinned(key: AddressKey, nodeId: NodeId): boolean {
    const entry = this.find(key);
    return (
      entry?.nodeId === nodeId &&
      entry.isProven &&
      entry.failures === 0 &&
      entry.state !== 'draining'
    );
  }

  private rivalOf(known: Whereabouts, nodeId: NodeId): BookEntry | undefined {
    const rival = known.rival === undefined ? undefined : this.find(known.rival);
    return rival?.nodeId === nodeId && rival.failures === 0 ? rival : undefined;
  }
}
