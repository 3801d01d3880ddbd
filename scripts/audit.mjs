// `npm audit` of what a running node is made of: no known weakness that is high or critical. A registry
// that does not answer such questions leaves it undecided, and then this says SKIPPED; with
// AUDIT_REQUIRED=1 that is a failure.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The report, or why there is none. */
function audit() {
  const args = ['audit', '--omit=dev', '--json'];
  const { stdout, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (error) return { reason: error.message };
  try {
    const report = JSON.parse(stdout);
    if (report.metadata?.vulnerabilities) return { report };
    return { reason: report.message ?? report.error?.summary ?? 'an answer without a report' };
  } catch {
    return { reason: 'no answer' };
  }
}

/** Where this machine gets its packages is nobody's business. */
const withoutHosts = (text) => text.replaceAll(/https?:\/\/[^\s/]+/g, '');

function main() {
  const { report, reason } = audit();
  if (report === undefined) {
    console.log(`audit: SKIPPED, the registry gives no audit (${withoutHosts(reason)})`);
    return process.env.AUDIT_REQUIRED === '1' ? 1 : 0;
  }
  const { high, critical, total } = report.metadata.vulnerabilities;
  for (const { name, severity, range } of Object.values(report.vulnerabilities ?? {})) {
    console.log(`audit: ${severity}: ${name} ${range}`);
  }
  console.log(`audit: ${critical} critical, ${high} high, ${total} in all`);
  return high + critical === 0 ? 0 : 1;
}

process.exitCode = main();
