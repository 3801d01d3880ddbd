import { idOf, type Ban } from '../connectivity/ban-subject.ts';
import type { BanView } from './views.ts';

export function banViewOf(ban: Ban): BanView {
  return {
    id: idOf(ban.subject),
    kind: ban.subject.kind,
    reason: ban.reason,
    by: ban.by,
    sinceUnixMs: ban.since,
    untilUnixMs: ban.until,
    count: ban.count,
  };
}
