import { Writable } from 'node:stream';
import { NestLogAdapter } from './nest-log-adapter.ts';
import { lineWriter } from './standard-output.ts';
import { StreamLogger } from './stream-logger.ts';

test('a reader that has gone does not end the writer', async () => {
  let writes = 0;
  const stream = new Writable({
    write(_chunk, _encoding, done) {
      writes += 1;
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    },
  });
  const write = lineWriter(stream);
  write('one\n');
  await new Promise((resolve) => stream.once('close', resolve));
  write('two\n');
  expect(writes).toBe(1);
});

test("Nest's own lines come in our format, its chatter at debug", () => {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line.slice(25, -1));
  const nest = new NestLogAdapter(
    new StreamLogger({ level: 'debug', format: 'text', write, wallClock: () => 0 }),
  );
  nest.log('Mapped {/p2p/peers, GET} route', 'RouterExplorer');
  nest.error('failed', 'Error: failed\n    at x', 'ExceptionsHandler');
  nest.warn({ any: 'thing' });
  expect(lines).toEqual([
    'DEBUG Mapped {/p2p/peers, GET} route context=RouterExplorer',
    'ERROR failed context=ExceptionsHandler stack="Error: failed\\u000a    at x"',
    'WARN  Framework message',
  ]);
});
