import type { ProblemCode } from './http-problem.ts';

/** Changes that an operator can make: the field `action` of the log line. */
export type OperatorAction = 'add-peer' | 'remove-peer' | 'ban' | 'unban' | 'drain';

export type AuditRecord =
  | {
      readonly outcome: 'accepted';
      readonly action: OperatorAction;
      readonly subject: string;
      readonly remote: string;
    }
  | { readonly outcome: 'refused'; readonly code: ProblemCode; readonly remote: string };

/** Who changed what, and who was not let: for the log. */
export class OperatorAudit {
  constructor(private readonly write: (record: AuditRecord) => void) {}

  accepted(action: OperatorAction, subject: string, remote: string): void {
    this.write({ outcome: 'accepted', action, subject, remote });
  }

  refused(code: ProblemCode, remote: string): void {
    this.write({ outcome: 'refused', code, remote });
  }
}
