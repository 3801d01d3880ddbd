import { IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';
import { IsDialableAddress, IsHost } from './address-text.ts';

/** A year: who wants to be rid of somebody for longer writes it into the configuration of a firewall. */
const BAN_SECONDS_MAX = 31_536_000;
const SECONDS_MESSAGE = `seconds must be an integer from 1 to ${BAN_SECONDS_MAX}`;
/** Nothing that breaks a line, hides or reorders what follows; counted in code points. */
const REASON = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/** `IsOptional` lets null through as well. */
const IfGiven = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

/** Body of `POST /ops/peers`. */
export class AddPeerDto {
  @IsDialableAddress()
  readonly address!: string;
}

/** Body of `POST /ops/bans`; exactly one of `node_id` and `address`. */
export class BanDto {
  @IfGiven()
  @Matches(/^[0-9a-f]{40}$/, { message: 'node_id must be 40 hex digits in lower case' })
  readonly node_id?: string;

  /** The whole host is banned: a port that is named beside it is left out. */
  @IfGiven()
  @IsHost()
  readonly address?: string;

  @IsInt({ message: SECONDS_MESSAGE })
  @Min(1, { message: SECONDS_MESSAGE })
  @Max(BAN_SECONDS_MAX, { message: SECONDS_MESSAGE })
  readonly seconds!: number;

  @Matches(REASON, {
    message: 'reason must be 1 to 200 characters, none of them a control character',
  })
  readonly reason!: string;
}
