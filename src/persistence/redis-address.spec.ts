import { parseRedisUrl } from './redis-address.ts';

describe('parseRedisUrl', () => {
  it('reads host, port, database, user and password', () => {
    expect(parseRedisUrl('redis://node:p%40ss@redis.example:6380/2')).toEqual({
      host: 'redis.example',
      port: 6380,
      username: 'node',
      password: 'p@ss',
      db: 2,
      tls: false,
    });
  });

  it('has defaults, TLS by scheme, and IPv6', () => {
    expect(parseRedisUrl('rediss://[::1]')).toEqual({ host: '::1', port: 6379, db: 0, tls: true });
  });

  it('takes no options from the query', () => {
    expect(parseRedisUrl('redis://redis.example/0?enableOfflineQueue=true&host=other')).toEqual({
      host: 'redis.example',
      port: 6379,
      db: 0,
      tls: false,
    });
  });

  it.each([
    'redis.example:6379',
    'http://:canary@redis.example',
    'redis://:canary@',
    'redis://:canary@h:99999',
    'redis://:canary@h:0',
    'redis://:canary%zz@h',
    'redis://:canary@h/name',
  ])('refuses %s without repeating it', (url) => {
    let thrown: unknown;
    try {
      parseRedisUrl(url);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'VN_ERR_CONFIG', exitCode: 78 });
    expect(String(thrown)).not.toMatch(/canary/);
  });
});
