import { readFileSync } from 'node:fs';
import request from 'supertest';
import { ADDRESS_STATES } from '../../src/core/address-book/address-entry.ts';
import { ADDRESS_REFUSALS, PEER_SOURCES } from '../../src/core/address-book/vocabulary.ts';
import { SOURCE_READ_FAILURES } from '../../src/core/connectivity/seed-source.ts';
import { NODE_STATES } from '../../src/core/node/events.ts';
import { WHY_NOT_CODES } from '../../src/core/node/views.ts';
import { CLOSE_REASONS, DIAL_FAILURES } from '../../src/core/session/reasons.ts';
import { LIMIT_NAMES } from '../../src/core/support/limits.ts';
import { PROBLEM_STATUS } from '../../src/http/http-problem.ts';
import { SOURCE_KINDS } from '../../src/metrics/labels.ts';
import { openOperatorSurface } from '../support/operator-surface.ts';

const GUIDE = readFileSync('docs/operations.md', 'utf8');

/** Rows of all tables under a heading, the header row first; cells without backquotes. */
function tablesUnder(heading: string): string[][][] {
  const section = GUIDE.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`no heading "${heading}"`);
  const blocks = section.match(/^\|.*\|$(\n^\|.*\|$)*/gm) ?? [];
  return blocks.map((block) =>
    block
      .split('\n')
      .filter((row) => !/^\|[-|]+\|$/.test(row))
      .map((row) => row.slice(1, -1).split(' | '))
      .map((cells) => cells.map((cell) => cell.trim().replaceAll('`', ''))),
  );
}

/** First cells of the one table under a heading whose first column has this title. */
function rowsOf(heading: string, column: string): string[][] {
  const table = tablesUnder(heading).find(([header]) => header?.[0] === column);
  if (table === undefined) throw new Error(`no table of "${column}" under "${heading}"`);
  return table.slice(1);
}

describe('docs/operations.md', () => {
  it.each([
    ['Why not connected', 'code', WHY_NOT_CODES],
    ['States of an address', 'state', ADDRESS_STATES],
    ['States of an address', 'source', PEER_SOURCES],
    ['Failed dials', 'reason', DIAL_FAILURES],
    ['Ended connections and handshakes', 'reason', CLOSE_REASONS],
    ['Results of a source', 'result', ['ok', 'not-read-yet', ...SOURCE_READ_FAILURES]],
    ['Results of a source', 'kind', SOURCE_KINDS],
    ['Refused addresses', 'reason', ADDRESS_REFUSALS],
    ['Limits', 'limit', LIMIT_NAMES],
    ['States of the node', 'state', NODE_STATES],
    ['Changing a running node', 'code', Object.keys(PROBLEM_STATUS)],
  ] as const)('explains under "%s" each %s once, and no other', (heading, column, codes) => {
    const rows = rowsOf(heading, column);
    expect(rows.map(([code]) => String(code)).sort()).toEqual([...codes].sort());
    for (const [code, meaning] of rows) {
      expect([code, (meaning ?? '').length > 1]).toEqual([code, true]);
    }
  });

  it('gives each error code the status that it has', () => {
    const documented = rowsOf('Changing a running node', 'code').map(([code, status]) => [
      code,
      Number(status),
    ]);
    expect(Object.fromEntries(documented)).toEqual({ ...PROBLEM_STATUS });
  });

  it('names each metric of ours, and none that there is not', async () => {
    const surface = await openOperatorSurface();
    try {
      const { text } = await request(surface.operationsUrl).get('/metrics').expect(200);
      const real = [...text.matchAll(/^# TYPE (vision_\w+) /gm)].map(([, name]) => String(name));
      const named = [...GUIDE.matchAll(/`(vision_(?:p2p|store)_\w+)/g)].map(([, name]) =>
        String(name),
      );
      expect([...new Set(named)].sort()).toEqual(real.sort());
    } finally {
      await surface.application.close();
    }
  });

  it('links only to its own headings', () => {
    const anchors = [...GUIDE.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      String(heading)
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-'),
    );
    const links = [...GUIDE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(anchors).toContain(link);
  });
});
