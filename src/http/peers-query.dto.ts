import { IsIn, IsOptional, Matches } from 'class-validator';
import type { PeerQuery } from '../runtime/running-node.ts';

const LIMIT_MAX = 1_000;
/** 1…1000 as plain digits; a repeated parameter is an array and no match. */
export const LIMIT = /^([1-9][0-9]{0,2}|1000)$/;
export const LIMIT_MESSAGE = 'limit must be an integer from 1 to 1000, given once';

/** `?limit=&state=` of `GET /p2p/peers`. */
export class PeersQueryDto {
  @IsOptional()
  @Matches(LIMIT, { message: LIMIT_MESSAGE })
  readonly limit?: string;

  @IsOptional()
  @IsIn(['connected', 'verified'], {
    message: 'state must be connected or verified, given once',
  })
  readonly state?: PeerQuery['state'];
}

export function limitOf(query: { readonly limit?: string }): number {
  return query.limit === undefined ? LIMIT_MAX : Number(query.limit);
}
