import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsHexadecimal,
  IsIn,
  IsInt,
  IsIP,
  IsString,
  Length,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateBy,
} from 'class-validator';
import { NETWORK_SCOPES } from '../core/support/network-scope.ts';
import { isDialableAddress } from '../core/support/peer-address.ts';
import { LOG_FORMATS, LOG_LEVELS, SECURITY_MODES, STORE_KINDS } from './node-config.ts';
import { isRedisUrl } from './value-rules.ts';

/** More sources than this is a mistake, and each costs a timer. */
const LIST_ENTRIES_MAX = 1_000;
/** PATH_MAX of Linux. */
const PATH_LENGTH_MAX = 4_096;
const PRINTABLE = /^[\x21-\x7e]*$/;
const CHAIN_ID = /^[a-z0-9][a-z0-9._-]{0,62}$/i;

const Path = (): PropertyDecorator => (target, property) => {
  IsString()(target, property);
  Length(1, PATH_LENGTH_MAX)(target, property);
  Matches(/^[^\0]*$/)(target, property);
};

const Port = (): PropertyDecorator => (target, property) => {
  IsInt()(target, property);
  Min(1)(target, property);
  Max(65_535)(target, property);
};

const List = (): PropertyDecorator => (target, property) => {
  IsArray()(target, property);
  ArrayMaxSize(LIST_ENTRIES_MAX)(target, property);
};

const Satisfies = (name: string, isGood: (text: string) => boolean): PropertyDecorator =>
  ValidateBy({
    name,
    validator: { validate: (value: unknown) => typeof value === 'string' && isGood(value) },
  });

/** The five keys of `seed_peers.toml`, and `--peer`. Items of lists are checked by `LIST_ITEM_RULES`. */
class DiscoverySettings {
  @List() seed_peers?: string[];
  @List() peers?: string[];
  @IsInt() @Min(0) @Max(1_024) min_outbound_connections?: number;
  @IsInt() @Min(1) @Max(1_024) max_outbound_connections?: number;
  @IsInt() @Min(1) @Max(300) connection_timeout_seconds?: number;
  @IsInt() @Min(1) @Max(86_400) reconnection_interval_seconds?: number;
}

class NetworkSection {
  @Matches(CHAIN_ID) chain_id?: string;
  @IsHexadecimal() @Length(64, 64) @Matches(/^[0-9a-f]*$/i) genesis_hash?: string;
  @IsIn(NETWORK_SCOPES) scope?: string;
  @List() allowed_cidrs?: string[];
  @List() allowed_name_suffixes?: string[];
  @Path() asmap_file?: string;
  @IsString() @MaxLength(63) @Matches(PRINTABLE) zone?: string;
}

class HttpSection {
  @IsIP() host?: string;
  @Port() port?: number;
  @IsIP() ops_host?: string;
  @Port() ops_port?: number;
  @Path() ops_token_file?: string;
  @IsBoolean() expose_metrics?: boolean;
}

class P2pSection {
  @IsIP() host?: string;
  @Port() port?: number;
  @Satisfies('dialable', isDialableAddress) advertise?: string;
  @IsIn(SECURITY_MODES) security?: string;
  @Path() tls_ca?: string;
  @IsInt() @Min(0) @Max(100_000) max_inbound_connections?: number;
}

class StoreSection {
  @IsIn(STORE_KINDS) kind?: string;
  @Path() data_dir?: string;
}

class RedisSection {
  @Satisfies('redis-url', isRedisUrl) url?: string;
  @Path() url_file?: string;
  @IsString() @MaxLength(64) @Matches(PRINTABLE) key_prefix?: string;
  @Path() tls_ca?: string;
}

class LogSection {
  @IsIn(LOG_LEVELS) level?: string;
  @IsIn(LOG_FORMATS) format?: string;
}

class ReadinessSection {
  @IsInt() @Min(0) @Max(1_024) min_peers?: number;
  @IsInt() @Min(1) @Max(3_600) lone_node_seconds?: number;
  @IsInt() @Min(1) @Max(86_400) max_wait_seconds?: number;
}

/** The class that checks each section; the top level has the empty name. */
export const SECTIONS: ReadonlyMap<string, new () => object> = new Map<string, new () => object>([
  ['', DiscoverySettings],
  ['network', NetworkSection],
  ['http', HttpSection],
  ['p2p', P2pSection],
  ['store', StoreSection],
  ['store.redis', RedisSection],
  ['log', LogSection],
  ['readiness', ReadinessSection],
]);
