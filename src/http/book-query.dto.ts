import { IsIn, IsOptional, Matches } from 'class-validator';
import { ADDRESS_STATES, type AddressState } from '../core/address-book/address-entry.ts';
import { PEER_SOURCES, type PeerSource } from '../core/address-book/vocabulary.ts';
import { IsCanonicalPeerAddress } from './address-text.ts';
import { LIMIT, LIMIT_MESSAGE } from './peers-query.dto.ts';

/** `?state=&source=&limit=&cursor=` of `GET /ops/book`. */
export class BookQueryDto {
  @IsOptional()
  @Matches(LIMIT, { message: LIMIT_MESSAGE })
  readonly limit?: string;

  @IsOptional()
  @IsIn(ADDRESS_STATES, {
    message: `state must be one of ${ADDRESS_STATES.join(', ')}, given once`,
  })
  readonly state?: AddressState;

  @IsOptional()
  @IsIn(PEER_SOURCES, { message: `source must be one of ${PEER_SOURCES.join(', ')}, given once` })
  readonly source?: PeerSource;

  @IsOptional()
  @IsCanonicalPeerAddress('cursor must be the next_cursor of the page before, given once')
  readonly cursor?: string;
}
