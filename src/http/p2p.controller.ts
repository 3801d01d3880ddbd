import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { PeersQueryDto, limitOf } from './peers-query.dto.ts';
import { PeersRateGuard } from './peers-rate.guard.ts';

export interface PeersBody {
  readonly peers: readonly string[];
  readonly count: number;
}

export interface StatusBody {
  readonly node_id: string;
  readonly agent: string;
  readonly protocol_version: number;
  readonly chain_id: string;
  readonly genesis_hash: string;
  readonly state: string;
  readonly peers: { readonly inbound: number; readonly outbound: number };
  readonly uptime_seconds: number;
}

/** What anyone may ask a node. */
@Controller('p2p')
export class P2pController {
  constructor(private readonly discovery: DiscoveryFacade) {}

  @Get('peers')
  @UseGuards(PeersRateGuard)
  peers(@Query() query: PeersQueryDto): PeersBody {
    const state = query.state ?? 'verified';
    const peers = this.discovery.peers({ state, limit: limitOf(query) });
    return { peers, count: peers.length };
  }

  @Get('status')
  status(): StatusBody {
    const snapshot = this.discovery.snapshot();
    return {
      node_id: snapshot.nodeId,
      agent: snapshot.agent,
      protocol_version: snapshot.protocolVersion,
      chain_id: snapshot.chainId,
      genesis_hash: snapshot.genesisHash,
      state: this.discovery.state(snapshot),
      peers: { inbound: snapshot.peers.inbound, outbound: snapshot.peers.outbound },
      uptime_seconds: Math.floor(snapshot.uptimeMs / 1_000),
    };
  }
}
