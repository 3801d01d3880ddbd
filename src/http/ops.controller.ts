import { Controller, Get, Query } from '@nestjs/common';
import { DiscoveryFacade } from '../discovery/discovery-facade.ts';
import {
  type BookEntryBody,
  bookEntryBody,
  type ConnectionBody,
  connectionBody,
} from './ops-bodies.ts';
import { BookQueryDto, limitOf } from './peers-query.dto.ts';

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
  book(@Query() query: BookQueryDto): { entries: BookEntryBody[]; count: number } {
    const entries = this.discovery.book({ limit: limitOf(query) }).entries.map(bookEntryBody);
    return { entries, count: entries.length };
  }
}
