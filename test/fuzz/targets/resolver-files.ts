import { writeFileSync } from 'node:fs';
import {
  parseHosts,
  parseSearchRules,
  questionsFor,
  WatchedFile,
} from '../../../src/transport/resolver-files.ts';
import { ipOfText } from '../../../src/transport/socket-address.ts';
import { isIP } from 'node:net';
import { promise, textOf, type FuzzTarget } from '../fuzz-target.ts';
import { scratchPath } from '../scratch.ts';

const WATCHED_FILE = scratchPath('resolver-file');
const NAMES = ['a', 'a.b', 'a.b.c.d.e', 'Peer.Example.', `${'x'.repeat(60)}.y`.repeat(4)];

const TEXTS = [
  '127.0.0.1 localhost\n::1\tlocalhost ip6-localhost\nfe80::1%eth0 router # home\n',
  '10.0.0.1 a b c\n10.0.0.2 A ; d\n::ffff:10.0.0.3 a\n2001:db8::1 a\n0x7f.1 e\n127.1 f',
  `${'10.0.0.9 many\n'.repeat(20)}::1 many`,
  '1.1.1.1 # one \r 2.2.2.2 b\n3.3.3.3 __proto__ constructor toString\n 4.4.4.4\xa0c\x0bd',
  'nameserver 10.96.0.10\nsearch ns.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n',
  'domain example.\nsearch a b c d e f g h\noptions edns0 ndots:999 ndots:2 timeout:1\noptions ndots:-1',
  `search ${'long.'.repeat(50)} . .. a..b\r\noptions ndots:0\r`,
];

export const resolverFiles: FuzzTarget = {
  name: 'resolver-files',
  cases: 20_000,
  seeds: TEXTS.map((text) => new Uint8Array(Buffer.from(text, 'latin1'))),
  run: (bytes) => {
    const text = textOf(bytes);
    checkHosts(text);
    checkRules(text);
    writeFileSync(WATCHED_FILE, bytes);
    const watched = new WatchedFile(WATCHED_FILE, (content) => content).current();
    promise(watched === Buffer.from(bytes).toString('utf8'), 'the whole of a small file');
  },
};

/** As hosts(5) has it, without thought of speed. */
function fieldsOf(text: string): string[][] {
  const lines = text.split('\n').map((line) => line.split(/[#;]/)[0] as string);
  return lines.map((line) => line.split(/\s/).filter((field) => field !== ''));
}

function checkHosts(text: string): void {
  const expected = new Map<string, string[]>();
  for (const [ip = '', ...names] of fieldsOf(text)) {
    const bytes = ipOfText(ip);
    if (bytes === undefined) continue;
    promise(isIP(ip.replace(/%.*/, '')) !== 0, 'an address that the system reads, too');
    for (const name of names.map((each) => each.toLowerCase())) {
      expected.set(name, [...(expected.get(name) ?? []), bytes.join('.')].slice(0, 16));
    }
  }
  const table = parseHosts(text);
  promise(table.size === expected.size, 'each name once');
  for (const [name, ips] of table) {
    promise(name !== '' && !/\s|[A-Z]/.test(name), 'names of one word, in lower case');
    promise(ips.length <= 16, 'few addresses of a name');
    const wanted = expected.get(name) ?? [];
    const found = ips.map((ip) => ip.join('.'));
    promise(found.toSorted().join() === wanted.toSorted().join(), 'the addresses of the lines');
    const firstIpv4 = ips.findIndex((ip) => ip.length === 4);
    promise(
      firstIpv4 < 0 || ips.slice(firstIpv4).every(({ length }) => length === 4),
      'IPv6 first',
    );
  }
}

function checkRules(text: string): void {
  const rules = parseSearchRules(text);
  promise(Number.isInteger(rules.ndots) && rules.ndots >= 0 && rules.ndots <= 15, 'dots as glibc');
  promise(rules.search.length <= 6, 'few search domains');
  promise(
    rules.search.every((domain) => domain !== '' && !/\s|[A-Z#;]/.test(domain)),
    'domains of one word, in lower case',
  );
  const last = fieldsOf(text).findLast(([first]) => first === 'search' || first === 'domain');
  promise(last !== undefined || rules.search.length === 0, 'only the domains of the file');
  for (const name of NAMES) {
    const questions = questionsFor(name, rules);
    promise(questions.length >= 1 && questions.length <= 7, 'few questions');
    promise(
      questions.every(({ length }) => length <= 253),
      'questions that DNS can carry',
    );
    promise(questions.at(-1) === name.replace(/\.$/, ''), 'the name itself, at last');
    const dots = name.split('.').length - 1;
    promise(dots < rules.ndots || questions.length === 1, 'enough dots ask once');
  }
}
