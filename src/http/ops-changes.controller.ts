import { Body, Controller, Delete, HttpCode, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { BanSubject } from '../core/connectivity/ban-subject.ts';
import type { BanView } from '../core/node/views.ts';
import type { NodeId } from '../core/support/brand.ts';
import { parsePeerAddress, type PeerAddress } from '../core/support/peer-address.ts';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { hostOf } from './address-text.ts';
import { type BanBody, banBody } from './discovery-bodies.ts';
import { HttpProblem } from './http-problem.ts';
import { MutationGuard } from './mutation.guard.ts';
import { remoteOf } from './mutation-policy.ts';
import { OperatorAudit } from './operator-audit.ts';
import { AddPeerDto, BanDto } from './operator-change.dto.ts';

/** What the operator may change while the node runs. Nothing here outlives a restart but bans. */
@Controller('ops')
@UseGuards(MutationGuard)
export class OpsChangesController {
  constructor(
    private readonly discovery: DiscoveryFacade,
    private readonly audit: OperatorAudit,
  ) {}

  /** As `--peer`. */
  @Post('peers')
  addPeer(@Body() body: AddPeerDto, @Req() request: Request): { address: string } {
    const address = addressOf(body.address);
    if (this.discovery.draining) {
      throw new HttpProblem('conflict', 'the node is draining and connects to nobody');
    }
    this.discovery.command({ kind: 'add-peer', address });
    this.audit.accepted('add-peer', address.key, remoteOf(request));
    return { address: address.key };
  }

  @Delete('peers/:address')
  @HttpCode(204)
  removePeer(@Param('address') text: string, @Req() request: Request): void {
    const address = addressOf(text);
    if (this.discovery.bookEntry(address.key) === undefined) {
      throw new HttpProblem('not-found', 'the address book does not hold this address');
    }
    this.discovery.command({ kind: 'remove-peer', address });
    this.audit.accepted('remove-peer', address.key, remoteOf(request));
  }

  @Post('bans')
  ban(@Body() body: BanDto, @Req() request: Request): BanBody {
    const subject = subjectOf(body);
    const id = subject.kind === 'host' ? subject.host : subject.nodeId;
    const { seconds, reason } = body;
    this.discovery.command({ kind: 'ban', subject, durationMs: seconds * 1_000, reason });
    const ban = this.banOf(id);
    if (ban === undefined) {
      throw new HttpProblem(
        'conflict',
        'the node did not take this ban: its scope bans no hosts, or it keeps no more bans',
      );
    }
    this.audit.accepted('ban', id, remoteOf(request));
    return banBody(ban, Date.now());
  }

  @Delete('bans/:id')
  @HttpCode(204)
  unban(@Param('id') id: string, @Req() request: Request): void {
    if (this.banOf(id) === undefined) throw new HttpProblem('not-found', 'there is no such ban');
    this.discovery.command({ kind: 'unban', id });
    this.audit.accepted('unban', id, remoteOf(request));
  }

  /** Goodbye to all and not ready; the process stays until it gets its signal. */
  @Post('drain')
  @HttpCode(202)
  drain(@Req() request: Request): { state: 'draining' } {
    this.discovery.drain();
    this.audit.accepted('drain', this.discovery.snapshot().nodeId, remoteOf(request));
    return { state: 'draining' };
  }

  private banOf(id: string): BanView | undefined {
    return this.discovery.bans().find((ban) => ban.id === id);
  }
}

function addressOf(text: string): PeerAddress {
  const parsed = parsePeerAddress(text);
  if (parsed.ok) return parsed.address;
  throw new HttpProblem('invalid-parameter', 'address must be host:port or [ipv6]:port');
}

function subjectOf({ node_id: nodeId, address }: BanDto): BanSubject {
  const host = address === undefined ? undefined : hostOf(address);
  if (nodeId !== undefined && host === undefined) {
    return { kind: 'node-id', nodeId: nodeId as NodeId };
  }
  if (host !== undefined && nodeId === undefined) return { kind: 'host', host };
  throw new HttpProblem('invalid-parameter', 'name exactly one of node_id and address');
}
