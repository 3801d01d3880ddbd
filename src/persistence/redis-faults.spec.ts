import { redisFaultCode, redisFaultSentence } from './redis-faults.ts';

const replyError = (message: string): Error =>
  Object.assign(new Error(message), {
    name: 'ReplyError',
    command: { name: 'auth', args: ['canary'] },
  });

describe('faults of Redis', () => {
  it.each([
    [
      Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:1'), { code: 'ECONNREFUSED' }),
      'ECONNREFUSED',
    ],
    [replyError('WRONGPASS invalid username-password pair'), 'WRONGPASS'],
    [replyError("READONLY You can't write against a read only replica."), 'READONLY'],
    [replyError('canary is not a command'), 'ERR'],
    [new Error('Command timed out'), 'TIMEOUT'],
    [new Error('Connection is closed.'), 'CLOSED'],
    [Object.assign(new Error('x'), { code: 'canary\n' }), 'CLOSED'],
    ['canary', 'CLOSED'],
    [undefined, 'CLOSED'],
  ])('%s is %s', (error, code) => {
    expect(redisFaultCode(error)).toBe(code);
    expect(redisFaultSentence(redisFaultCode(error))).not.toMatch(/canary|10\.0\.0\.1/);
  });
});
