import { Controller, Get, Query } from '@nestjs/common';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import { BookQueryDto } from './book-query.dto.ts';
import { type ConnectionBody, connectionBody } from './connection-body.ts';
import {
  type BanBody,
  banBody,
  type BookBody,
  bookBody,
  type SourceBody,
  sourceBody,
} from './discovery-bodies.ts';
import { limitOf } from './peers-query.dto.ts';

/** The inside of the node, for its operator. */
@Controller('ops')
export class OpsController {
  constructor(private readonly discovery: DiscoveryFacade) {}

  @Get('connections')
  connections(): { connections: ConnectionBody[]; count: number } {
    const now = Date.now();
    const connections = this.discovery.connections().map((view) => connectionBody(view, now));
    return { connections, count: connections.length };
  }

  @Get('book')
  book(@Query() query: BookQueryDto): BookBody {
    const { state, source, cursor } = query;
    return bookBody(this.discovery.book({ state, source, cursor, limit: limitOf(query) }));
  }

  @Get('sources')
  sources(): { sources: SourceBody[]; count: number } {
    const sources = this.discovery.sources().map(sourceBody);
    return { sources, count: sources.length };
  }

  @Get('bans')
  bans(): { bans: BanBody[]; count: number } {
    const now = Date.now();
    const bans = this.discovery.bans().map((view) => banBody(view, now));
    return { bans, count: bans.length };
  }
}
